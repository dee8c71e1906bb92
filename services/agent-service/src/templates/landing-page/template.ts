import { defineTemplate } from '../define-template.ts';

export const landingPage = defineTemplate({
  name: 'landing-page',
  title: 'Landing page with contact form',
  folder: import.meta.url,
  words: [
    [/\blanding\b/i, 5],
    [/\b(?:contact|sign-?up|feedback|booking|registration|newsletter)\b/i, 2],
    [/\bforms?\b/i, 2],
    [
      /\b(?:marketing|product|company|business|startup|home|coming[\s-]soon)[\s-]*(?:page|site|website)\b|\bhomepage\b/i,
      5,
    ],
    [/\b(?:web\s*)?(?:page|site)\b|\bwebsite\b/i, 2],
  ],
  steps: [
    {
      description: 'Write the page with its sections and the contact form',
      paths: ['index.html', 'thanks.html', 'styles.css', 'icon.svg'],
    },
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
