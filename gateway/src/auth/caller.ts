// Finds out who a request comes from: a bearer key first, then the session cookie.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { ACCESS, type Access, type Identity, SCOPES, type Scope } from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { KeyStore } from '../keys/key-store.ts';
import type { KnownUser } from './known-user.ts';
import type { SessionStore } from './session-store.ts';
import { hashToken } from './token.ts';

export const SESSION_COOKIE = 'builder_session';

export type Caller = {
  /** What the services are told. */
  identity: Identity;
  /** The owner of the installation. */
  isOwner: boolean;
  /** What the session or key may be used for. */
  scopes: readonly Scope[];
  /** The API key's name for limits, when the caller used one. */
  key?: string;
  /** The session's, when the caller used one. */
  sessionHash?: string;
  /** True when a browser sent this by itself: then the request's origin matters. */
  byCookie: boolean;
};

export type Callers = {
  /** @returns undefined for a request that shows nothing. @throws AppError NOT_SIGNED_IN for a wrong key or old session */
  find(request: IncomingMessage): Promise<Caller | undefined>;
  /** The user's roles have changed: this replica knows at once, the others when they believe nobody any more. */
  forgetUser(userId: string): void;
};

export type CallersOptions = { sessions: SessionStore; keys: KeyStore; ownerId: string; apiKey: string | undefined };

export function newCallers({ sessions, keys, ownerId, apiKey }: CallersOptions): Callers {
  const keyHash = apiKey === undefined ? undefined : Buffer.from(hashToken(apiKey));
  // Both sides are hashes of one length: the comparison tells nothing of the key by its time.
  const isFromEnvironment = (bearer: string) =>
    keyHash !== undefined && timingSafeEqual(Buffer.from(hashToken(bearer)), keyHash);
  return {
    forgetUser(userId) {
      sessions.forgetUser(userId);
      keys.forgetUser(userId);
    },
    async find(request) {
      const bearer = request.headers.authorization?.match(/^Bearer +(\S+)$/i)?.[1];
      if (bearer !== undefined) {
        if (isFromEnvironment(bearer)) {
          const user = await sessions.getById(ownerId);
          return { ...toCaller(user, SCOPES), key: 'environment', byCookie: false };
        }
        const key = await keys.find(bearer);
        if (!key) throw new AppError('NOT_SIGNED_IN');
        return { ...toCaller(key, key.scopes), key: key.keyId, byCookie: false };
      }
      const token = readCookie(request.headers.cookie, SESSION_COOKIE);
      if (token === undefined) return undefined;
      const user = await sessions.findUser(token);
      if (user === undefined) throw new AppError('NOT_SIGNED_IN');
      return { ...toCaller(user, SCOPES), sessionHash: hashToken(token), byCookie: true };
    },
  };
}

/** To the services `admin` means the installation: whoever does not own that is no operator there. */
function toCaller({ userId, isOwner, projects }: KnownUser, scopes: readonly Scope[]) {
  const told = scopes.filter((scope) => isOwner || scope !== 'admin');
  const member = Object.keys(projects).length > 0 && { projects };
  const identity: Identity = { userId, kind: 'user', scopes: told, ...member };
  return { identity, isOwner, scopes };
}

/** @throws AppError FORBIDDEN */
export function checkAccess(caller: Caller, access: Access): void {
  const scope = ACCESS[access];
  if (scope === null) return;
  const mayOperate = access !== 'operator' || caller.isOwner;
  if (!mayOperate || !caller.scopes.includes(scope)) throw new AppError('FORBIDDEN');
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}
