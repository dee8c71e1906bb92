// Finds out who a request comes from: a bearer key first, then the session cookie.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { type Identity, SCOPES } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import { hashToken, type SessionStore } from './session-store.ts';

export const SESSION_COOKIE = 'builder_session';

export type Caller = {
  identity: Identity;
  /** The API key's name for limits, when the caller used one. */
  key?: string;
  /** True when a browser sent this by itself: then the request's origin matters. */
  byCookie: boolean;
};

export type Callers = {
  /** @returns undefined for a request that shows nothing. @throws AppError NOT_SIGNED_IN for a wrong key or old session */
  find(request: IncomingMessage): Promise<Caller | undefined>;
};

export type CallersOptions = { sessions: SessionStore; ownerId: string; apiKey: string | undefined };

export function newCallers({ sessions, ownerId, apiKey }: CallersOptions): Callers {
  const keyHash = apiKey === undefined ? undefined : Buffer.from(hashToken(apiKey));
  return {
    async find(request) {
      const bearer = request.headers.authorization?.match(/^Bearer +(\S+)$/i)?.[1];
      if (bearer !== undefined) {
        // Both sides are hashes of one length: the comparison tells nothing of the key by its time.
        if (!keyHash || !timingSafeEqual(Buffer.from(hashToken(bearer)), keyHash)) throw new AppError('NOT_SIGNED_IN');
        return {
          identity: { userId: ownerId, kind: 'user', scopes: [...SCOPES] },
          key: 'environment',
          byCookie: false,
        };
      }
      const token = readCookie(request.headers.cookie, SESSION_COOKIE);
      if (token === undefined) return undefined;
      const userId = await sessions.findUser(token);
      if (userId === undefined) throw new AppError('NOT_SIGNED_IN');
      return { identity: { userId, kind: 'user', scopes: [...SCOPES] }, byCookie: true };
    },
  };
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}
