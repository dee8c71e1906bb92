import { defineTemplate } from '../define-template.ts';

export const restApi = defineTemplate({
  name: 'rest-api',
  title: 'REST API',
  folder: import.meta.url,
  words: [
    [/\brest(?:ful)?\b/i, 3],
    [/\bapi\b/i, 4],
    [/\b(?:backend|endpoints?|crud|microservice|web\s?service|server)\b/i, 3],
  ],
  steps: [
    { description: 'Write the store and the rules for what it takes', paths: ['store.mjs', 'rules.mjs'] },
    { description: 'Write the server with its endpoints', paths: ['server.mjs'] },
    {
      description: 'Write down how to call it, then call every endpoint',
      paths: ['package.json', 'README.md'],
      check: true,
    },
  ],
});
