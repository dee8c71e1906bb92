// Finds out who a request comes from: a bearer key first, then the session cookie.
import { timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import {
  ACCESS,
  type Access,
  GATEWAY_ALSO_ASKS,
  type Identity,
  ROLES,
  type Role,
  SCOPES,
  type Scope,
} from '@builder-ai/contracts/identity';
import { AppError } from '@builder-ai/platform/problem';
import type { KeyStore } from '../keys/key-store.ts';
import type { ClientAddress } from '../proxy/client-address.ts';
import { addressKey } from '../rate-limits.ts';
import type { RequestLimit } from '../request-limit.ts';
import type { KnownUser } from './known-user.ts';
import type { SessionStore } from './session-store.ts';
import { hashToken } from './token.ts';

export const SESSION_COOKIE = 'builder_session';

/** Stands for BUILDER_API_KEY, which is in no table. */
const ENVIRONMENT = 'environment';

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

/** What became of a caller: may do as before, has lost something, or may do more. */
export type Standing = 'same' | 'lost' | 'gained';

export type Callers = {
  /**
   * Who it is, for what nobody else may do; counted as one of the caller's requests, or of the address's.
   * @throws AppError NOT_SIGNED_IN, RATE_LIMITED
   */
  admit(request: IncomingMessage, client: ClientAddress): Promise<Caller>;
  /** How each of them stands now, whatever was believed. */
  compare(callers: readonly Caller[]): Promise<Standing[]>;
  /** The user's roles have changed: this replica knows at once, the others when they believe nobody any more. */
  forgetUser(userId: string): void;
};

export type CallersOptions = {
  sessions: SessionStore;
  keys: KeyStore;
  ownerId: string;
  apiKey: string | undefined;
  requestLimit: RequestLimit;
};

export function newCallers({ sessions, keys, ownerId, apiKey, requestLimit }: CallersOptions): Callers {
  const keyHash = apiKey === undefined ? undefined : Buffer.from(hashToken(apiKey));
  // Both sides are hashes of one length: the comparison tells nothing of the key by its time.
  /** Of what a store believes for a moment: the same row makes the same caller, by whom assertions are remembered. */
  const made = new WeakMap<KnownUser, Caller>();

  function remembered(user: KnownUser, make: () => Caller): Caller {
    const caller = made.get(user) ?? make();
    made.set(user, caller);
    return caller;
  }

  const isFromEnvironment = (bearer: string) =>
    keyHash !== undefined && timingSafeEqual(Buffer.from(hashToken(bearer)), keyHash);
  return {
    async compare(callers) {
      const hashes = callers.flatMap(({ sessionHash }) => sessionHash ?? []);
      const ids = callers.flatMap(({ key }) => (key === undefined || key === ENVIRONMENT ? [] : key));
      const [bySession, byKey] = await Promise.all([
        hashes.length > 0 ? sessions.findAll([...new Set(hashes)]) : undefined,
        ids.length > 0 ? keys.findAll([...new Set(ids)]) : undefined,
      ]);
      const owner = callers.some(({ key }) => key === ENVIRONMENT) ? await sessions.getById(ownerId) : undefined;
      return callers.map(({ identity, key, sessionHash = '' }) => {
        const now = key === ENVIRONMENT ? owner : key === undefined ? bySession?.get(sessionHash) : byKey?.get(key);
        return now ? compareProjects(identity.projects ?? {}, now.projects) : 'lost';
      });
    },
    forgetUser(userId) {
      sessions.forgetUser(userId);
      keys.forgetUser(userId);
    },
    async admit(request, client) {
      try {
        const caller = await find(request);
        if (!caller) throw new AppError('NOT_SIGNED_IN');
        requestLimit.count(caller.identity.userId);
        return caller;
      } catch (error) {
        // Whoever tries keys is one of the nobodies of an address.
        if (error instanceof AppError && error.code === 'NOT_SIGNED_IN') requestLimit.count(addressKey(client));
        throw error;
      }
    },
  };

  /** @returns undefined for a request that shows nothing. @throws AppError NOT_SIGNED_IN for a wrong key or old session */
  async function find(request: IncomingMessage): Promise<Caller | undefined> {
    const bearer = request.headers.authorization?.match(/^Bearer +(\S+)$/i)?.[1];
    if (bearer !== undefined) {
      if (isFromEnvironment(bearer)) {
        const user = await sessions.getById(ownerId);
        return remembered(user, () => ({ ...toCaller(user, SCOPES), key: ENVIRONMENT, byCookie: false }));
      }
      const key = await keys.find(bearer);
      if (!key) throw new AppError('NOT_SIGNED_IN');
      return remembered(key, () => ({ ...toCaller(key, key.scopes, key.keyId), key: key.keyId, byCookie: false }));
    }
    const token = readCookie(request.headers.cookie, SESSION_COOKIE);
    if (token === undefined) return undefined;
    const user = await sessions.findUser(token);
    if (user === undefined) throw new AppError('NOT_SIGNED_IN');
    return remembered(user, () => ({
      ...toCaller(user, SCOPES, user.sessionId),
      sessionHash: hashToken(token),
      byCookie: true,
    }));
  }
}

function compareProjects(before: KnownUser['projects'], now: KnownUser['projects']): Standing {
  const kept = Object.entries(before).every(([id, role]) => now[id] !== undefined && rank(now[id]) >= rank(role));
  if (!kept) return 'lost';
  const entries = Object.entries(now);
  return entries.length === Object.keys(before).length && entries.every(([id, role]) => before[id] === role)
    ? 'same'
    : 'gained';
}

const rank = (role: Role) => ROLES.indexOf(role);

/** To the services `admin` means the installation: whoever does not own that is no operator there. */
function toCaller({ userId, isOwner, projects }: KnownUser, scopes: readonly Scope[], credentialId?: string) {
  const told = scopes.filter((scope) => isOwner || scope !== 'admin');
  const member = Object.keys(projects).length > 0 && { projects };
  const identity: Identity = { userId, kind: 'user', scopes: told, ...member, ...(credentialId && { credentialId }) };
  return { identity, isOwner, scopes };
}

/** @throws AppError FORBIDDEN */
export function checkAccess(caller: Caller, access: Access): void {
  const scope = ACCESS[access];
  if (scope === null) return;
  const mayOperate = access !== 'operator' || caller.isOwner;
  const asked = [scope, GATEWAY_ALSO_ASKS[access] ?? scope];
  if (!mayOperate || !asked.every((each) => caller.scopes.includes(each))) throw new AppError('FORBIDDEN');
}

/** @throws AppError FORBIDDEN unless the caller has every one of them */
export function checkScopes(caller: Caller, scopes: readonly Scope[]): void {
  if (!scopes.every((scope) => caller.scopes.includes(scope))) throw new AppError('FORBIDDEN');
}

export function readCookie(header: string | undefined, name: string): string | undefined {
  for (const part of (header ?? '').split(';')) {
    const [key, value] = part.trim().split('=', 2);
    if (key === name && value) return value;
  }
  return undefined;
}
