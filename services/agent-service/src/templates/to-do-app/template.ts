import { defineTemplate } from '../define-template.ts';

export const toDoApp = defineTemplate({
  name: 'to-do-app',
  title: 'To-do app',
  folder: import.meta.url,
  words: [
    [/\bto-?dos?\b|\bto do (?:list|app)\b/i, 5],
    [/\b(?:task|shopping|check|grocery|packing)[\s-]*(?:list|manager|tracker)s?\b/i, 5],
    [/\b(?:list|app)\b/i, 1],
  ],
  steps: [
    { description: 'Write the rules of the list, and tests for them', paths: ['list.js', 'list.test.mjs'] },
    { description: 'Write the page that shows it', paths: ['index.html', 'styles.css', 'app.js'] },
    {
      description: 'Write down how to run it, then use it: add, tick off, edit, filter, delete, come back',
      paths: ['package.json', 'README.md'],
      check: true,
    },
  ],
});
