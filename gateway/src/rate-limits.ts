// Limits a minute: by API key where there is one, otherwise by address (a /56 network for IPv6).
import { AppError } from '@builder-ai/platform/problem';
import type { RequestHandler } from 'express';
import { ipKeyGenerator, rateLimit } from 'express-rate-limit';
import type { Caller } from './auth/caller.ts';

const WINDOW_MS = 60_000;
const IPV6_PREFIX = 56;

export function newRateLimit(name: string, perMinute: number): RequestHandler {
  return rateLimit({
    windowMs: WINDOW_MS,
    limit: perMinute,
    identifier: name,
    standardHeaders: 'draft-8',
    legacyHeaders: false,
    keyGenerator(request, response) {
      const caller = response.locals.caller as Caller | undefined;
      if (caller?.key) return `key:${caller.key}`;
      return ipKeyGenerator(request.socket.remoteAddress ?? 'unknown', IPV6_PREFIX);
    },
    handler(_request, response) {
      const seconds = response.getHeader('retry-after') ?? Math.ceil(WINDOW_MS / 1000);
      throw new AppError('RATE_LIMITED', { headers: { 'retry-after': String(seconds) } });
    },
  });
}
