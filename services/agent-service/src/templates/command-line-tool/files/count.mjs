/** Counts a text's lines, words and characters, and finds the word that comes most often. */
export function count(text) {
  const words = text.match(/[\p{L}\p{N}'’-]+/gu) ?? [];
  const often = new Map();
  for (const word of words) often.set(word.toLowerCase(), (often.get(word.toLowerCase()) ?? 0) + 1);
  const [top] = [...often].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return {
    lines: text === '' ? 0 : text.replace(/\n$/, '').split('\n').length,
    words: words.length,
    characters: [...text].length,
    most_frequent: top ? top[0] : null,
  };
}
