// Who a request acts for: a signed assertion, 60 s long, for one service (EdDSA; RFC 8037, RFC 7519).
import {
  IDENTITY_HEADER,
  type Identity,
  ROLES,
  type Role,
  SCOPES,
  type Scope,
  type ServiceName,
} from '@builder-ai/contracts/identity';
import { type JSONWebKeySet, jwtVerify, SignJWT } from 'jose';
import { type FindKey, openIssuerKeys } from './issuer-keys.ts';
import { AppError } from './problem.ts';
import type { SigningKey } from './signing-key.ts';

export const ASSERTION_SECONDS = 60;
/** Header name and algorithm are fixed here, never taken from a token. */
const ALGORITHM = 'EdDSA';

export type IdentityIssuer = {
  /** The header to send so that `audience` believes that the request acts for `identity`. */
  headerFor(audience: ServiceName, identity: Identity): Promise<Record<string, string>>;
};

/** @param issuer the service that signs, whose public keys the others fetch */
export function newIdentityIssuer(issuer: ServiceName, key: SigningKey, now = () => Date.now()): IdentityIssuer {
  const cache = new Map<string, { token: string; renewAt: number }>();
  /** By the identity itself, for whoever asks with the same one again: that spares putting it in words. */
  const recent = new WeakMap<Identity, Partial<Record<ServiceName, { token: string; renewAt: number }>>>();
  return {
    async headerFor(audience, identity) {
      const known = recent.get(identity)?.[audience];
      if (known && known.renewAt > now()) return { [IDENTITY_HEADER]: known.token };
      const cacheKey = `${audience} ${identity.kind} ${identity.userId} ${identity.scopes.join()} ${JSON.stringify(identity.projects ?? {})} ${identity.credentialId ?? ''}`;
      const cached = cache.get(cacheKey);
      // An assertion is used for half its life, so that it cannot expire on the way.
      if (cached && cached.renewAt > now()) {
        recent.set(identity, { ...recent.get(identity), [audience]: cached });
        return { [IDENTITY_HEADER]: cached.token };
      }
      const seconds = Math.floor(now() / 1000);
      const { kind, scopes, projects, credentialId } = identity;
      const token = await new SignJWT({ kind, scopes, projects, credential: credentialId })
        .setProtectedHeader({ alg: ALGORITHM, kid: key.kid })
        .setIssuer(issuer)
        .setAudience(audience)
        .setSubject(identity.userId)
        .setIssuedAt(seconds)
        .setExpirationTime(seconds + ASSERTION_SECONDS)
        .sign(key.privateKey);
      if (cache.size > 10_000) cache.clear();
      cache.set(cacheKey, { token, renewAt: now() + (ASSERTION_SECONDS * 1000) / 2 });
      return { [IDENTITY_HEADER]: token };
    },
  };
}

export type IdentityVerifier = {
  /**
   * @throws AppError IDENTITY_INVALID when the assertion is missing, unsigned, expired, or for another service;
   *   SERVICE_UNAVAILABLE while the issuer's keys cannot be fetched
   */
  verify(assertion: string | undefined): Promise<Identity>;
};

export type IssuerKeys = Partial<Record<ServiceName, JSONWebKeySet | URL>>;

/**
 * @param audience the service that verifies: assertions for another are refused
 * @param issuers the services believed, with their public keys or the address of their JWKS
 */
export function newIdentityVerifier(audience: ServiceName, issuers: IssuerKeys): IdentityVerifier {
  const keys = new Map<string, FindKey>();
  for (const [name, source] of Object.entries(issuers)) keys.set(name, openIssuerKeys(source));
  const verified = new Map<string, { identity: Identity; until: number }>();
  return {
    async verify(assertion) {
      if (!assertion) throw new AppError('IDENTITY_INVALID');
      const cached = verified.get(assertion);
      if (cached && cached.until > Date.now()) return cached.identity;
      const { identity, until } = await check(assertion, audience, keys);
      if (verified.size > 10_000) verified.clear();
      verified.set(assertion, { identity, until });
      return identity;
    },
  };
}

async function check(assertion: string, audience: ServiceName, keys: Map<string, FindKey>) {
  try {
    const issuer = unverifiedIssuer(assertion);
    const getKey = keys.get(issuer);
    if (!getKey) throw new Error(`${issuer} is not an issuer that ${audience} believes`);
    const { payload } = await jwtVerify(assertion, getKey, {
      algorithms: [ALGORITHM],
      audience,
      issuer,
      requiredClaims: ['sub', 'exp', 'iat'],
      maxTokenAge: ASSERTION_SECONDS,
      clockTolerance: 2,
    });
    const scopes = (Array.isArray(payload.scopes) ? payload.scopes : []).filter((scope): scope is Scope =>
      SCOPES.includes(scope),
    );
    const kind = payload.kind === 'service' ? ('service' as const) : ('user' as const);
    // Only the gateway speaks for users; a service speaks for itself alone.
    if (issuer !== 'gateway' && (kind !== 'service' || payload.sub !== issuer))
      throw new Error(`${issuer} may only speak for itself`);
    const projects = kind === 'user' ? toProjects(payload.projects) : undefined;
    const credentialId = kind === 'user' && typeof payload.credential === 'string' ? payload.credential : undefined;
    const identity: Identity = {
      userId: payload.sub as string,
      kind,
      scopes,
      ...(projects && { projects }),
      ...(credentialId !== undefined && { credentialId }),
    };
    return { identity, until: (payload.exp as number) * 1000 };
  } catch (cause) {
    if (cause instanceof AppError) throw cause;
    throw new AppError('IDENTITY_INVALID', { cause });
  }
}

/** A role that this service does not know gives nothing. */
function toProjects(claim: unknown): Record<string, Role> | undefined {
  if (claim === null || typeof claim !== 'object' || Array.isArray(claim)) return undefined;
  const known = Object.entries(claim).filter((entry): entry is [string, Role] => ROLES.includes(entry[1]));
  return known.length > 0 ? Object.fromEntries(known) : undefined;
}

/** Names the key set to look in; the claim is believed only after the signature by that set's key. */
function unverifiedIssuer(assertion: string): string {
  const payload = JSON.parse(Buffer.from(assertion.split('.')[1] ?? '', 'base64url').toString('utf8'));
  return String(payload.iss);
}
