import { readTexts, UserError, wordsOf } from '../text.mjs';

export const top = {
  usage: 'top [-n 10] [file …]',
  summary: 'the most frequent words',
  options: { number: { type: 'string', short: 'n', default: '10' } },

  async run({ values, files, print }) {
    const number = Number(values.number);
    if (!Number.isInteger(number) || number < 1) throw new UserError('-n has to be a whole number from 1 on');
    const counts = new Map();
    for (const { text } of await readTexts(files)) {
      for (const word of wordsOf(text.toLowerCase())) counts.set(word, (counts.get(word) ?? 0) + 1);
    }
    const byCount = [...counts].sort(([a, countA], [b, countB]) => countB - countA || (a < b ? -1 : 1));
    for (const [word, times] of byCount.slice(0, number)) print(`${String(times).padStart(6)}  ${word}`);
    return 0;
  },
};
