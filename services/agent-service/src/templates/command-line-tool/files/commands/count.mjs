import { linesOf, readTexts, wordsOf } from '../text.mjs';

export const count = {
  usage: 'count [--json] [file …]',
  summary: 'lines, words and characters',
  options: { json: { type: 'boolean', default: false } },

  async run({ values, files, print }) {
    const texts = await readTexts(files);
    const counts = texts.map(({ name, text }) => ({
      name,
      lines: linesOf(text).length,
      words: wordsOf(text).length,
      characters: [...text].length,
    }));
    if (values.json) {
      print(JSON.stringify(counts));
      return 0;
    }
    print('   lines    words    chars');
    for (const { name, lines, words, characters } of counts) {
      const numbers = [lines, words, characters].map((number) => String(number).padStart(8)).join(' ');
      print(name === '-' ? numbers : `${numbers}  ${name}`);
    }
    return 0;
  },
};
