import { defineTemplate } from '../define-template.ts';

export const restApi = defineTemplate({
  name: 'rest-api',
  title: 'REST API',
  folder: import.meta.url,
  words: [
    [/\bREST(?:ful)?\b|\brest(?:ful)?[\s-]+(?:api|service|server|backend|endpoints?)\b/, 4],
    [/\bAPIs?\b/i, 4],
    [/\b(?:crud|endpoints?|micro-?service|web[\s-]service|http[\s-]server|backend)\b/i, 3],
  ],
  steps: [
    { description: 'Write what a record is and how records are kept', paths: ['record.mjs', 'store.mjs'] },
    {
      description: 'Write the endpoints and a page that describes them',
      paths: ['api.mjs', 'server.mjs', 'index.html'],
    },
    { description: 'Write tests that speak to it over HTTP', paths: ['api.test.mjs', 'package.json'] },
    {
      description: 'Write down how to run it, then start it: create, list, get, change, delete, and every refusal',
      paths: ['README.md'],
      check: true,
    },
  ],
});
