import { defineTemplate } from '../define-template.ts';

export const landingPage = defineTemplate({
  name: 'landing-page',
  title: 'Landing page with contact form',
  folder: import.meta.url,
  words: [
    [/\blanding\b/i, 4],
    [/\b(?:contact|sign-?up|newsletter)\b.*\bform\b|\bform\b/i, 2],
    [/\b(?:marketing|product|company|startup|home)\s*(?:page|site|website)\b|\bhomepage\b/i, 3],
    [/\bpage\b|\bwebsite\b|\bsite\b/i, 1],
  ],
  steps: [
    { description: 'Write the page with its sections and the contact form', paths: ['index.html', 'styles.css'] },
    {
      description: 'Make the form work: check what was typed, store the messages',
      paths: ['script.js', 'contact.mjs', 'server.mjs'],
    },
    {
      description: 'Write down how to run it, then submit the form and look at every asset',
      paths: ['package.json', 'README.md'],
      check: true,
    },
  ],
});
