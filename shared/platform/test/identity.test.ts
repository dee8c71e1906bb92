// A service believes only what the gateway, or a service about itself, has signed for it within the last minute.
import { IDENTITY_HEADER, type Identity, type ServiceName } from '@builder-ai/contracts/identity';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { exportJWK, generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { type HttpServer, listen } from '../src/http-server.ts';
import { ASSERTION_SECONDS, type IdentityVerifier, newIdentityIssuer, newIdentityVerifier } from '../src/identity.ts';
import { openSigningKey, type SigningKey } from '../src/signing-key.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { newKey } from './given-key.ts';

let given: GivenDatabase;
let gatewayKey: SigningKey;
let agentKey: SigningKey;
let verifier: IdentityVerifier;

const USER: Identity = { userId: 'user-1', kind: 'user', scopes: ['read', 'run'] };
const AGENT: Identity = { userId: 'agent-service', kind: 'service', scopes: ['read'] };
const REFUSED = { code: 'IDENTITY_INVALID', status: 401 };

beforeAll(async () => {
  given = await givenDatabase();
  gatewayKey = await openSigningKey(given.db);
  agentKey = await newKey('agent-key');
  verifier = newIdentityVerifier('task-service', { gateway: gatewayKey.jwks, 'agent-service': agentKey.jwks });
});

afterAll(() => given.close());

/** What the issuer would send to task-service, or to another audience. */
async function signed(
  by: ServiceName,
  key: SigningKey,
  identity: Identity,
  audience: ServiceName = 'task-service',
  now?: () => number,
): Promise<string> {
  const headers = await newIdentityIssuer(by, key, now).headerFor(audience, identity);
  return headers[IDENTITY_HEADER] ?? '';
}

type Claims = Record<string, unknown>;
const seconds = () => Math.floor(Date.now() / 1000);
const goodClaims = (): Claims => ({
  iss: 'gateway',
  aud: 'task-service',
  sub: 'user-1',
  iat: seconds(),
  exp: seconds() + 60,
  kind: 'user',
  scopes: ['read'],
});

const sign = (
  change: Claims,
  key = gatewayKey,
  header: { alg: string; kid?: string } = { alg: 'EdDSA', kid: key.kid },
) => new SignJWT({ ...goodClaims(), ...change }).setProtectedHeader(header).sign(key.privateKey);

describe('believed', () => {
  test('a user, as the gateway says it, with the scopes it says; again and again', async () => {
    const assertion = await signed('gateway', gatewayKey, USER);
    expect(await verifier.verify(assertion)).toEqual(USER);
    expect(await verifier.verify(assertion)).toEqual(USER);
  });

  test('a service that speaks for itself', async () => {
    expect(await verifier.verify(await signed('agent-service', agentKey, AGENT))).toEqual(AGENT);
  });

  test('the projects of a user with their roles; roles that nobody knows are left out, and a service has none', async () => {
    const projects = { 'project-1': 'viewer', 'project-2': 'owner' } as const;
    expect(await verifier.verify(await signed('gateway', gatewayKey, { ...USER, projects }))).toEqual({
      ...USER,
      projects,
    });
    const odd = await sign({ projects: { 'project-1': 'king', 'project-2': 'editor', 'project-3': ['owner'] } });
    expect(await verifier.verify(odd)).toMatchObject({ projects: { 'project-2': 'editor' } });
    for (const none of ['owner', ['owner'], 7, null])
      expect(await verifier.verify(await sign({ projects: none }))).not.toHaveProperty('projects');
    const service = await signed('agent-service', agentKey, { ...AGENT, projects });
    expect(await verifier.verify(service)).toEqual(AGENT);
  });

  test('scopes that nobody knows are left out, and nobody is a service by accident', async () => {
    const odd = await sign({ scopes: ['read', 'root', 7], kind: 'king' });
    expect(await verifier.verify(odd)).toEqual({ userId: 'user-1', kind: 'user', scopes: ['read'] });
    expect(await verifier.verify(await sign({ scopes: 'admin' }))).toMatchObject({ scopes: [] });
  });
});

describe('refused', () => {
  const later = Date.now() + 3_600_000;
  const earlier = Date.now() - (ASSERTION_SECONDS + 30) * 1000;
  const cases: [string, () => Promise<string | undefined> | string | undefined][] = [
    ['none at all', () => undefined],
    ['an empty one', () => ''],
    ['garbage', () => 'garbage'],
    ['garbage of three parts', () => 'a.b.c'],
    ['JSON without claims', () => `e30.${Buffer.from('null').toString('base64url')}.x`],
    ['an unsigned one (alg none)', () => new UnsecuredJWT(goodClaims()).encode()],
    ['a signature by a key of another', async () => sign({}, await newKey(gatewayKey.kid))],
    ['a signature by an unknown key', async () => sign({}, await newKey('unknown'))],
    ['a shared secret made of the public key', () => hmacSigned()],
    ['one that has expired', () => signed('gateway', gatewayKey, USER, 'task-service', () => earlier)],
    ['one from the future', () => signed('gateway', gatewayKey, USER, 'task-service', () => later)],
    ['one that lasts longer than a minute', () => sign({ iat: seconds() - 90, exp: seconds() + 3_600 })],
    ['one that never expires', () => sign({ exp: undefined })],
    ['one without subject', () => sign({ sub: undefined })],
    ['one for another service', () => signed('gateway', gatewayKey, USER, 'agent-service')],
    ['one for nobody', () => sign({ aud: undefined })],
    ['one by an issuer that is not believed', () => signed('notification-service', agentKey, AGENT)],
    ['one in the name of another issuer', () => signed('gateway', agentKey, USER)],
    ['one without issuer', () => sign({ iss: undefined })],
    ['a service that speaks for a user', () => signed('agent-service', agentKey, USER)],
    ['a service that speaks for another', () => signed('agent-service', agentKey, { ...AGENT, userId: 'gateway' })],
    ['a service that calls itself a user', () => signed('agent-service', agentKey, { ...AGENT, kind: 'user' })],
    ['a good one with another payload', async () => forged(await signed('gateway', gatewayKey, USER))],
  ];

  test.each(cases)('%s', async (_what, make) => {
    const assertion = await make();
    await expect(verifier.verify(assertion)).rejects.toMatchObject(REFUSED);
    await expect(verifier.verify(assertion)).rejects.toMatchObject(REFUSED);
  });

  function hmacSigned(): Promise<string> {
    const secret = new TextEncoder().encode(String(gatewayKey.jwks.keys[0]?.x));
    const header = { alg: 'HS256', kid: gatewayKey.kid };
    return new SignJWT(goodClaims()).setProtectedHeader(header).sign(secret);
  }

  function forged(assertion: string): string {
    const [header, , signature] = assertion.split('.');
    const payload = Buffer.from(JSON.stringify({ ...goodClaims(), sub: 'admin' })).toString('base64url');
    return `${header}.${payload}.${signature}`;
  }
});

test('an algorithm other than EdDSA is refused, even with a key that the issuer shows', async () => {
  const { privateKey, publicKey } = await generateKeyPair('ES256', { extractable: true });
  const shown = { ...(await exportJWK(publicKey)), kid: 'other', alg: 'ES256' };
  const tolerant = newIdentityVerifier('task-service', { gateway: { keys: [shown, ...gatewayKey.jwks.keys] } });
  expect(await tolerant.verify(await sign({}))).toMatchObject({ userId: 'user-1' });
  const other = await sign({}, { ...gatewayKey, privateKey }, { alg: 'ES256', kid: 'other' });
  await expect(tolerant.verify(other)).rejects.toMatchObject(REFUSED);
});

test('an assertion is used again for half its life, and never for another user, scope, role or service', async () => {
  let now = Date.now();
  const issuer = newIdentityIssuer('gateway', gatewayKey, () => now);
  const tokenFor = async (identity: Identity, audience: ServiceName = 'task-service') =>
    (await issuer.headerFor(audience, identity))[IDENTITY_HEADER];
  const first = await tokenFor(USER);
  now += 29_000;
  expect(await tokenFor(USER)).toBe(first);
  const others = [
    await tokenFor({ ...USER, userId: 'user-2' }),
    await tokenFor({ ...USER, scopes: ['read'] }),
    await tokenFor({ ...USER, kind: 'service' }),
    await tokenFor({ ...USER, projects: { 'project-1': 'viewer' } }),
    await tokenFor({ ...USER, projects: { 'project-1': 'editor' } }),
    await tokenFor(USER, 'agent-service'),
  ];
  expect(new Set([first, ...others]).size).toBe(7);
  now += 2_000;
  expect(await tokenFor(USER)).not.toBe(first);
});

describe('keys fetched from the issuer', () => {
  let server: HttpServer;
  let shown: SigningKey['jwks'] | undefined;
  let fetches = 0;

  beforeAll(async () => {
    server = await listen(
      (_request, response) => {
        fetches += 1;
        response.writeHead(shown ? 200 : 503, { 'content-type': 'application/json' }).end(JSON.stringify(shown ?? {}));
      },
      { host: '127.0.0.1', port: 0 },
    );
  });

  afterAll(() => server.close());

  const AWAY = { code: 'SERVICE_UNAVAILABLE', status: 503, headers: { 'retry-after': '1' } };

  test.each([
    ['nobody listens there', () => new URL('http://127.0.0.1:9')],
    ['what is there shows no keys', () => new URL(server.url)],
  ])(
    '503 while %s: the assertion may be good; one that nobody would believe is still refused',
    async (_what, address) => {
      const remote = newIdentityVerifier('task-service', { gateway: address() });
      await expect(remote.verify(await signed('gateway', gatewayKey, USER))).rejects.toMatchObject(AWAY);
      await expect(remote.verify('garbage')).rejects.toMatchObject(REFUSED);
      await expect(remote.verify(await signed('agent-service', agentKey, AGENT))).rejects.toMatchObject(REFUSED);
    },
  );

  test('are asked for when first needed, and kept', async () => {
    const before = fetches;
    const remote = newIdentityVerifier('task-service', { gateway: new URL(server.url) });
    expect(fetches).toBe(before);
    await expect(remote.verify(await signed('gateway', gatewayKey, USER))).rejects.toMatchObject(AWAY);
    shown = gatewayKey.jwks;
    expect(await remote.verify(await signed('gateway', gatewayKey, USER))).toEqual(USER);
    expect(await remote.verify(await signed('gateway', gatewayKey, { ...USER, userId: 'user-2' }))).toMatchObject({
      userId: 'user-2',
    });
    expect(fetches - before).toBe(2);
    await expect(remote.verify(await signed('gateway', agentKey, USER))).rejects.toMatchObject(REFUSED);
  });
});
