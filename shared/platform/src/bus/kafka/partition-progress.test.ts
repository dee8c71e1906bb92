import { expect, test } from '@jest/globals';
import { newPartitionProgress } from './partition-progress.ts';

test('the position is the first offset that is not done, in whatever order they end', () => {
  const progress = newPartitionProgress();
  expect(progress.position()).toBeUndefined();
  // Offsets of a partition have gaps: compaction and transactions take numbers.
  for (const offset of [3n, 4n, 7n, 9n]) expect(progress.add(offset)).toBe(true);
  expect(progress.position()).toBe(3n);
  progress.done(7n);
  expect(progress.position()).toBe(3n);
  progress.done(3n);
  expect(progress.position()).toBe(4n);
  progress.done(4n);
  expect(progress.position()).toBe(9n);
  progress.done(9n);
  expect(progress.position()).toBe(10n);
});

test('a message that comes again is known', () => {
  const progress = newPartitionProgress();
  progress.add(1n);
  progress.done(1n);
  progress.add(2n);
  expect([1n, 2n, 3n].map((offset) => progress.add(offset))).toEqual([false, false, true]);
});

test('thousands of messages that wait behind one', () => {
  const progress = newPartitionProgress();
  for (let offset = 0n; offset < 5_000n; offset += 1n) progress.add(offset);
  for (let offset = 1n; offset < 5_000n; offset += 1n) progress.done(offset);
  expect(progress.position()).toBe(0n);
  progress.done(0n);
  expect(progress.position()).toBe(5_000n);
});
