import type { PlanStep } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { begunSteps, rangeWords, toQuery, WHOLE } from './diff-range.ts';

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

test('a step that was not begun, is to be made anew or was made elsewhere has nothing to compare', () => {
  const steps = [
    { index: 0, attempts: 1, status: 'completed' },
    { index: 1, attempts: 0, status: 'completed' },
    { index: 2, attempts: 2, status: 'in_progress' },
    { index: 3, attempts: 1, status: 'pending' },
    { index: 4, attempts: 0, status: 'pending' },
  ] as PlanStep[];
  expect(begunSteps(steps).map(({ index }) => index)).toEqual([0, 2]);
});
