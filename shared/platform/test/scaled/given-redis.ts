// Redis as the tests of this folder use it: one that a test may kill, and clients that tell what they logged.

import { eventually } from '@builder-ai/testing/eventually';
import { startTestRedis, type TestRedis } from '@builder-ai/testing/redis';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { openRedis, type Redis } from '../../src/redis/redis.ts';

export type GivenRedis = {
  server: TestRedis;
  /** A client that has connected, unless it shall not wait for that. */
  open(options?: { url?: string; prefix?: string; wait?: boolean }): Promise<Redis>;
  /** What all its clients logged, in order. */
  told: string[];
  close(): Promise<void>;
};

/** A Redis of its own. */
export async function givenRedis(): Promise<GivenRedis> {
  const server = await startTestRedis();
  const opened: Redis[] = [];
  const told: string[] = [];
  const note = (message: string) => void told.push(message);
  const logger: Logger = { ...silentLogger, info: note, warn: note, error: note, child: () => logger };
  return {
    server,
    told,
    async open({ url = server.url, prefix = 'builder:test:', wait = true } = {}) {
      const redis = openRedis({ url, prefix, logger });
      opened.push(redis);
      if (wait) await eventually(() => redis.isHere());
      return redis;
    },
    async close() {
      for (const redis of opened) redis.close();
      await server.close();
    },
  };
}

/** The Redis that the whole test run shares; nobody may stop it. */
export function sharedRedisUrl(): string {
  const url = process.env.TEST_REDIS_URL;
  if (!url) throw new Error('Run this by `npm test`, or by `node scripts/test.mjs scaled`.');
  return url;
}
