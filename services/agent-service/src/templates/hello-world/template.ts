import { defineTemplate } from '../define-template.ts';

export const helloWorld = defineTemplate({
  name: 'hello-world',
  title: 'Hello-world script',
  folder: import.meta.url,
  words: [
    [/\bhello[\s,_-]*world\b/i, 5],
    [/\b(?:hello(?![\s,_-]*world)|greet(?:s|ings?)?)\b/i, 2],
    [/\bscript\b/i, 1],
  ],
  steps: [
    { description: 'Write the greeting', paths: ['greeting.mjs'] },
    { description: 'Write the script that says it', paths: ['hello.mjs', 'package.json'] },
    { description: 'Write down how to run it, then run it', paths: ['README.md'], check: true },
  ],
});
