// Redis, which may be away at any time: then every command fails at once, and whoever asked goes on without it.
import { type Redis as Client, ReplyError } from 'ioredis';
import type { Check } from '../health.ts';
import type { Logger } from '../logger.ts';
import { openRedisLink } from './redis-link.ts';

export type RedisOptions = {
  url: string;
  /** What all keys and channels begin with: `builder:<service>:`. */
  prefix: string;
  logger: Logger;
};

/** What is asked of Redis while it is there; keys get the prefix by themselves. */
export type RedisCommand<T> = (client: Client) => Promise<T>;

export type Redis = RedisOptions & {
  /**
   * Runs a command.
   * @throws at once while Redis is away; within 250 ms when it stops answering; a ReplyError when it refuses the command
   */
  run<T>(command: RedisCommand<T>): Promise<T>;
  /** Whether Redis has answered lately. */
  isHere(): boolean;
  /** Redis away is no reason to be taken out of service. */
  check: Check;
  close(): void;
};

/** Connects in the background: a service starts and works without Redis as well. One log line per outage, one at its end. */
export function openRedis(options: RedisOptions): Redis {
  const logger = options.logger.child('redis');
  const refused = new Set<string>();
  const link = openRedisLink({
    ...options,
    onChange(here, error) {
      if (here) logger.info('Redis is back');
      else logger.warn('Redis is away: the service goes on without it', { error });
    },
  });
  return {
    ...options,
    isHere: link.isHere,
    check: {
      name: 'redis',
      async run() {
        if (!link.isHere()) throw new Error('Redis is away.');
        return { status: 'healthy' };
      },
    },
    async run(command) {
      if (!link.isHere()) throw new Error('Redis is away.');
      try {
        return await command(link.client);
      } catch (error) {
        if (error instanceof ReplyError) tellOnce(error as Error);
        else link.lost(error);
        throw error;
      }
    },
    close: link.close,
  };

  /** Redis is there but full, read-only or closed to this user: told once a kind, for it is so with every request. */
  function tellOnce(error: Error): void {
    const kind = error.message.split(' ', 1)[0] as string;
    if (kind === 'NOSCRIPT' || refused.has(kind)) return;
    refused.add(kind);
    logger.warn('Redis refuses a command', { error });
  }
}
