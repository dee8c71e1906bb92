// The Redis cache keeps the port's promises, and Redis away in any way is a miss.
import { testCacheContract } from '@builder-ai/testing/cache-contract';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Cache } from '../../src/cache/cache.ts';
import { newRedisCache } from '../../src/cache/redis-cache.ts';
import { silentLogger } from '../../src/logger.ts';
import { newId } from '../../src/new-id.ts';
import { openRedis, type Redis } from '../../src/redis/redis.ts';
import { type GivenRedis, givenRedis, sharedRedisUrl } from './given-redis.ts';

const opened: Redis[] = [];

afterAll(() => {
  for (const redis of opened) redis.close();
});

testCacheContract('The Redis cache', async () => {
  const redis = openRedis({ url: sharedRedisUrl(), prefix: `builder:${newId()}:`, logger: silentLogger });
  opened.push(redis);
  await eventually(() => redis.isHere());
  return newRedisCache(redis);
});

describe('while Redis is not as it should be', () => {
  let given: GivenRedis;
  let redis: Redis;
  let cache: Cache;

  beforeEach(async () => {
    given = await givenRedis();
    redis = await given.open();
    cache = newRedisCache(redis);
    await cache.set('a', 1, 60);
  });

  afterEach(() => given.close());

  async function expectMisses(): Promise<void> {
    expect(await cache.get('a')).toBeUndefined();
    await cache.set('b', 2, 60);
    await cache.delete('a');
    expect(await cache.get('b')).toBeUndefined();
  }

  async function expectWorks(): Promise<void> {
    await eventually(async () => {
      await cache.set('c', 3, 60);
      return (await cache.get('c')) === 3;
    });
  }

  test('killed: misses; and it works again, empty, when Redis is back', async () => {
    await given.server.kill();
    await expectMisses();
    await given.server.restart();
    await expectWorks();
    expect(await cache.get('a')).toBeUndefined();
  });

  test('paused: misses; and it works again, with what it had, when Redis goes on', async () => {
    given.server.pause();
    await expectMisses();
    given.server.resume();
    await expectWorks();
    expect(await cache.get('a')).toBe(1);
  });

  test('flushed: misses, and nothing else', async () => {
    await redis.run((client) => client.flushall());
    expect(await cache.get('a')).toBeUndefined();
    await expectWorks();
    expect(given.told).toEqual([]);
  });

  test('holding what nobody here wrote: a miss', async () => {
    await redis.run((client) => client.set('cache:a', '{"cut off'));
    expect(await cache.get('a')).toBeUndefined();
  });

  test('read-only: what it has is served, what it refuses is a miss, and that is told once', async () => {
    await redis.run((client) => client.replicaof('127.0.0.1', 1));
    await cache.set('b', 2, 60);
    await cache.set('b', 2, 60);
    expect([await cache.get('a'), await cache.get('b')]).toEqual([1, undefined]);
    expect(given.told).toEqual(['Redis refuses a command']);
  });
});
