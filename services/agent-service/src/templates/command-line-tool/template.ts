import { defineTemplate } from '../define-template.ts';

export const commandLineTool = defineTemplate({
  name: 'command-line-tool',
  title: 'Command-line tool',
  folder: import.meta.url,
  words: [
    [/\bcommand[\s-]?line\b|\bcli\b|\bterminal\b/i, 6],
    [/\btool\b|\bscript\b|\butility\b/i, 1],
    [/\bcounts?\b.*\b(?:words|lines|characters)\b/i, 2],
  ],
  steps: [
    { description: 'Write what it counts', paths: ['count.mjs'] },
    { description: 'Write the command with its options and help', paths: ['cli.mjs', 'package.json'] },
    {
      description: 'Write down how to use it, then use it on files and on standard input',
      paths: ['README.md'],
      check: true,
    },
  ],
});
