import { linesOf, readTexts, UserError } from '../text.mjs';

export const find = {
  usage: 'find <text> [file …]',
  summary: 'the lines with a text, and their numbers',
  options: {},

  async run({ files: [wanted, ...files], print }) {
    if (!wanted) throw new UserError('say what to find: find <text> [file …]');
    let isFound = false;
    for (const { name, text } of await readTexts(files)) {
      for (const [index, line] of linesOf(text).entries()) {
        if (!line.toLowerCase().includes(wanted.toLowerCase())) continue;
        isFound = true;
        print(`${files.length > 1 ? `${name}:` : ''}${index + 1}: ${line}`);
      }
    }
    return isFound ? 0 : 1;
  },
};
