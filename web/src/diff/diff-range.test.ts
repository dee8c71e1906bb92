import { expect, test } from '@jest/globals';
import { rangeWords, toQuery, WHOLE } from './diff-range.ts';

test.each([
  [WHOLE, '', 'the whole task'],
  [{ from: 1, to: 1 }, '?from=1&to=1', 'step 2'],
  [{ from: 0, to: 2 }, '?from=0&to=2', 'steps 1 to 3'],
  [{ from: 1, to: null }, '?from=1', 'since step 2 began'],
  [{ from: null, to: 0 }, '?to=0', 'until step 1 was done'],
])('%j is asked for and said', (range, query, words) => {
  expect(toQuery(range)).toBe(query);
  expect(rangeWords(range)).toBe(words);
});
