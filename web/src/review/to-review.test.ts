import { expect, test } from '@jest/globals';
import { toPlace, toReview } from './to-review.ts';

test('a review is taken as it is', () => {
  const review = {
    verdict: 'changes',
    round: 2,
    agent: 'chatgpt',
    summary: 'No.',
    reasons: [{ file: 'a.txt', line: 3, reason: 'Too short.' }],
    accepted_by_user: false,
  };
  expect(toReview(review)).toEqual(review);
});

test.each([null, undefined, 'approved', {}, { verdict: 'constructor' }, { verdict: true }])(
  'what is no review never counts as one: %j',
  (found) => expect(toReview(found)).toBeNull(),
);

test('reasons that are not as expected are left out', () => {
  const reasons = [null, 3, { reason: 1 }, { reason: 'Said.', file: 1, line: '2' }];
  expect(toReview({ verdict: 'unreviewed', reasons })?.reasons).toEqual([{ file: null, line: null, reason: 'Said.' }]);
});

test('a place is a file, and its line where that is known', () => {
  expect(toPlace({ file: 'a.txt', line: 3 })).toBe('a.txt:3');
  expect(toPlace({ file: 'a.txt', line: null })).toBe('a.txt');
  expect(toPlace({ file: null, line: null })).toBe('');
});
