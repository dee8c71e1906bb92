// Limits a minute of what costs much: by API key where there is one, otherwise by address (a /56 network for IPv6), and by user
// whatever the key or address. Replicas share them through Redis; while that is away each one limits alone.
import { AppError } from '@builder-ai/platform/problem';
import type { Redis } from '@builder-ai/platform/redis/redis';
import type { Request, RequestHandler, Response } from 'express';
import { ipKeyGenerator, type Options, rateLimit, type Store } from 'express-rate-limit';
import { type RedisReply, RedisStore } from 'rate-limit-redis';
import type { Caller } from './auth/caller.ts';
import { newLocalStore } from './local-store.ts';
import type { ClientAddress } from './proxy/client-address.ts';

const WINDOW_MS = 60_000;
const IPV6_PREFIX = 56;

/**
 * @param redis shared with other replicas; left out, this process limits for itself
 * @param keyOf what is counted, in place of the caller
 */
export function newRateLimit(
  name: string,
  perMinute: number,
  redis?: Redis,
  keyOf?: (response: Response) => string,
): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    identifier: name,
    store: redis ? newSharedStore(redis, name) : newLocalStore(),
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    // They warn of proxies that Express is not told of; who a request comes from is found out here.
    validate: false,
    keyGenerator(_request, response) {
      if (keyOf) return keyOf(response as Response);
      const caller = response.locals.caller as Caller | undefined;
      if (caller?.key) return `key:${caller.key}`;
      return addressKey(response.locals.client as ClientAddress);
    },
    handler(_request, response) {
      const seconds = response.getHeader('retry-after') ?? Math.ceil(WINDOW_MS / 1000);
      throw new AppError('RATE_LIMITED', { headers: { 'retry-after': String(seconds) } });
    },
  });
}

/** What is counted of an address: whoever has an IPv6 network has all the addresses in it. */
export const addressKey = ({ address }: ClientAddress) => ipKeyGenerator(address ?? 'unknown', IPV6_PREFIX);

/** Both hold: one key or address may have so many, and one user by all keys and from everywhere so many. */
export function newCallerLimits(
  name: string,
  perMinute: { each: number; user: number },
  redis?: Redis,
): RequestHandler[] {
  const userOf = (response: Response) => `user:${(response.locals.caller as Caller).identity.userId}`;
  return [newRateLimit(name, perMinute.each, redis), newRateLimit(`${name}-user`, perMinute.user, redis, userOf)];
}

/** Throws RATE_LIMITED once the request's address, or the name that it tries, has had its attempts. */
export type NamedLimit = (request: Request, name: string) => Promise<void>;

export function newNamedLimit(name: string, perMinute: number, redis?: Redis): NamedLimit {
  const byAddress = newRateLimit(name, perMinute, redis);
  const byName = newRateLimit(`${name}-name`, perMinute, redis, (response) => `name:${response.locals.limitedName}`);
  return async (request, limitedName) => {
    const response = request.res as Response;
    response.locals.limitedName = limitedName;
    await passLimit(byAddress, request, response);
    await passLimit(byName, request, response);
  };
}

/** Resolves when the limit lets the request through; otherwise the limit's own error is thrown. */
export function passLimit(limit: RequestHandler, request: Request, response: Response): Promise<void> {
  return new Promise((resolve, reject) => {
    Promise.resolve(limit(request, response, (error?: unknown) => (error ? reject(error) : resolve()))).catch(reject);
  });
}

/** Counts in Redis; what Redis does not count, the process counts itself: never unlimited, never refused for that. */
function newSharedStore(redis: Redis, name: string): Store {
  const prefix = `rate-limit:${name}:`;
  const shared = new RedisStore({
    prefix,
    sendCommand: (command: string, ...args: string[]) =>
      redis.run((client) => client.call(command, ...args) as Promise<RedisReply>),
  });
  const alone = newLocalStore();
  let options: Options;
  let prepared: Promise<void> | undefined;

  async function count<T>(ask: (store: Store) => Promise<T> | T): Promise<T> {
    try {
      prepared ??= shared.init(options);
      await prepared;
      return await ask(shared);
    } catch {
      // It keeps a failed loading of its scripts for good: the next request makes it load them again.
      prepared = undefined;
      return ask(alone);
    }
  }

  return {
    prefix,
    init(given) {
      options = given;
      alone.init?.(given);
    },
    increment: (key) => count((store) => store.increment(key)),
    decrement: (key) => count((store) => store.decrement(key)),
    resetKey: (key) => count((store) => store.resetKey(key)),
  };
}
