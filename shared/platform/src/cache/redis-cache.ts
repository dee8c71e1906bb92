// The cache that replicas share. Redis away is a miss, and an entry that could not be stored is one too.
import type { Redis, RedisCommand } from '../redis/redis.ts';
import type { Cache } from './cache.ts';

/** Entries lie under `cache:`; closing it leaves the connection, which others use as well, open. */
export function newRedisCache(redis: Redis): Cache {
  const named = (key: string) => `cache:${key}`;
  let closed = false;

  async function attempt<T>(command: RedisCommand<T>): Promise<T | undefined> {
    return closed ? undefined : redis.run(command).catch(() => undefined);
  }

  return {
    async get<T>(key: string) {
      const text = await attempt((client) => client.get(named(key)));
      try {
        return text === undefined || text === null ? undefined : (JSON.parse(text) as T);
      } catch {
        return undefined;
      }
    },
    async set(key, value, ttlSeconds) {
      const text = JSON.stringify(value);
      await attempt((client) => client.set(named(key), text, 'PX', Math.ceil(ttlSeconds * 1000)));
    },
    async delete(key) {
      await attempt((client) => client.del(named(key)));
    },
    async close() {
      closed = true;
    },
  };
}
