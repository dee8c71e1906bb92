import { testCacheContract } from '@builder-ai/testing/cache-contract';
import { expect, test } from '@jest/globals';
import { newMemoryCache } from './memory-cache.ts';

testCacheContract('The memory cache', async () => newMemoryCache());

test('an entry ends with its time, to the millisecond', async () => {
  let now = 1_000;
  const cache = newMemoryCache({ now: () => now });
  await cache.set('a', 1, 60);
  now += 59_999;
  expect(await cache.get('a')).toBe(1);
  now += 1;
  expect(await cache.get('a')).toBeUndefined();
});

test('when it is full, the entry that was not used for the longest time goes', async () => {
  const cache = newMemoryCache({ maxEntries: 3 });
  for (const key of ['a', 'b', 'c']) await cache.set(key, key, 60);
  await cache.get('a');
  await cache.set('b', 'again', 60);
  await cache.set('d', 'd', 60);
  expect(await Promise.all(['a', 'b', 'c', 'd'].map((key) => cache.get(key)))).toEqual(['a', 'again', undefined, 'd']);
});
