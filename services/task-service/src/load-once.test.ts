import { expect, test } from '@jest/globals';
import { newLoadOnce } from './load-once.ts';

/** Loads that end when the test says so. */
function givenLoads() {
  const once = newLoadOnce();
  const ends: ((error?: Error) => void)[] = [];
  const load = (key: string) =>
    once(
      key,
      () =>
        new Promise<number>((resolve, reject) => {
          const no = ends.push((error) => (error ? reject(error) : resolve(no)));
        }),
    );
  return { load, ends };
}

test('those that ask while it is loaded get the same; one key does not wait for another', async () => {
  const { load, ends } = givenLoads();
  const asked = [load('a'), load('b'), load('a'), load('b')];
  ends[1]?.();
  expect(await Promise.all([asked[1], asked[3]])).toEqual([2, 2]);
  ends[0]?.();
  expect(await Promise.all([asked[0], asked[2]])).toEqual([1, 1]);
});

test('who asks after the end, or after a failure, loads anew', async () => {
  const { load, ends } = givenLoads();
  const failed = [load('a'), load('a')];
  ends[0]?.(new Error('no'));
  for (const each of failed) await expect(each).rejects.toThrow('no');
  const second = load('a');
  ends[1]?.();
  expect(await second).toBe(2);
  expect(ends).toHaveLength(2);
  void load('a');
  expect(ends).toHaveLength(3);
});
