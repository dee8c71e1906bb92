import { afterAll, expect, test } from '@jest/globals';
import type { Options } from 'express-rate-limit';
import { newLocalStore } from './local-store.ts';

const store = newLocalStore();
store.init?.({ windowMs: 60_000 } as Options);

afterAll(() => store.shutdown?.());

test('of requests in the same moment each has its own number', async () => {
  const counts = await Promise.all(Array.from({ length: 5 }, () => store.increment('a')));
  expect(counts.map(({ totalHits }) => totalHits)).toEqual([1, 2, 3, 4, 5]);
  expect((await store.increment('b')).totalHits).toBe(1);
});
