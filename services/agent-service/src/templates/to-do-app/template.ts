import { defineTemplate } from '../define-template.ts';

export const toDoApp = defineTemplate({
  name: 'to-do-app',
  title: 'To-do app',
  folder: import.meta.url,
  words: [
    [/\bto-?\s?dos?\b/i, 6],
    [/\b(?:task|shopping|check)\s?-?list\b/i, 4],
    [/\bapp\b/i, 1],
  ],
  steps: [
    { description: 'Write the list itself: add, tick off, remove, keep', paths: ['to-do-list.js'] },
    { description: 'Write the page that shows it', paths: ['index.html', 'styles.css', 'app.js'] },
    {
      description: 'Write down how to use it, then use it: add, tick off, filter, remove, reload',
      paths: ['README.md'],
      check: true,
    },
  ],
});
