import { defineTemplate } from '../define-template.ts';

export const commandLineTool = defineTemplate({
  name: 'command-line-tool',
  title: 'Command-line tool',
  folder: import.meta.url,
  words: [
    [/\bcli\b|\bcommand[\s-]*line\b|\bterminal\b|\bshell (?:tool|command|program)\b/i, 5],
    [/\b(?:counts?|counting)\s+(?:the\s+)?(?:words|lines|characters)\b|\bword[\s-]count(?:er)?\b/i, 3],
    [/\b(?:tool|command|script)\b/i, 1],
  ],
  steps: [
    { description: 'Write the reading of text and words', paths: ['text.mjs'] },
    {
      description: 'Write the commands: count, top, find',
      paths: ['commands/count.mjs', 'commands/top.mjs', 'commands/find.mjs'],
    },
    { description: 'Write the tool that runs them, and tests', paths: ['cli.mjs', 'cli.test.mjs', 'package.json'] },
    {
      description: 'Write down how to run it, then run every command on files and on piped text',
      paths: ['README.md'],
      check: true,
    },
  ],
});
