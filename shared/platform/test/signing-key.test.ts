// A service's signing key is made once, whoever starts, and the public half shows nothing of the private one.
import { IDENTITY_HEADER, type Identity } from '@builder-ai/contracts/identity';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { listen } from '../src/http-server.ts';
import { newIdentityIssuer, newIdentityVerifier } from '../src/identity.ts';
import { type OpenedSigningKey, openSigningKey, type SigningKey } from '../src/signing-key.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';

let given: GivenDatabase;

beforeEach(async () => {
  given = await givenDatabase();
});

afterEach(() => given.close());

test('replicas that start at once agree on one key, and so does the next start', async () => {
  const keys = await Promise.all(Array.from({ length: 6 }, () => openSigningKey(given.replica())));
  const later = await openSigningKey(given.db);
  expect(new Set([...keys, later].map(({ kid }) => kid)).size).toBe(1);
  expect(await given.db.query('select kid from signing_keys')).toEqual([{ kid: later.kid }]);
});

test('what is shown is an Ed25519 public key, without its private part', async () => {
  const { kid, jwks } = await openSigningKey(given.db);
  expect(jwks).toEqual({
    keys: [{ kid, kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', x: expect.any(String) }],
  });
});

describe('rotation', () => {
  const AGE = 30 * 24 * 3600;
  const age = (seconds: number, kid: string) =>
    given.db.query(`update signing_keys set created_at = clock_timestamp() - $1 * interval '1 second' where kid = $2`, [
      seconds,
      kid,
    ]);
  const shown = (key: SigningKey) => key.jwks.keys.map(({ kid }) => kid);
  const refresh = (...keys: OpenedSigningKey[]) => Promise.all(keys.map((key) => key.refresh()));

  test('a key that is old gets a successor, which is shown before it signs, and signs before the old one is gone', async () => {
    const one = await openSigningKey(given.db);
    const other = await openSigningKey(given.replica());
    const old = one.kid;
    await age(AGE - 60, old);
    await refresh(one, other);
    expect([shown(one), shown(other)]).toEqual([[old], [old]]);

    await age(AGE + 1, old);
    await refresh(one, other);
    const [next = ''] = shown(one).filter((kid) => kid !== old);
    for (const key of [one, other]) expect([key.kid, shown(key)]).toEqual([old, [next, old]]);

    await age(301, next);
    await refresh(one, other);
    for (const key of [one, other]) expect([key.kid, shown(key)]).toEqual([next, [next, old]]);

    await age(3_601, next);
    await refresh(one, other);
    for (const key of [one, other]) expect([key.kid, shown(key)]).toEqual([next, [next]]);
    expect(await given.db.query('select kid from signing_keys')).toEqual([{ kid: next }]);
  });

  test('a service that fetched the keys before believes both what the old one and what the new one signs', async () => {
    const key = await openSigningKey(given.db);
    const server = await listen((_request, response) => void response.end(JSON.stringify(key.jwks)), {
      host: '127.0.0.1',
      port: 0,
    });
    try {
      const verifier = newIdentityVerifier('task-service', { gateway: new URL(server.url) });
      const user: Identity = { userId: 'user-1', kind: 'user', scopes: ['read'] };
      const sign = async (userId: string) =>
        (await newIdentityIssuer('gateway', key).headerFor('task-service', { ...user, userId }))[IDENTITY_HEADER];
      const before = await sign('before');
      expect(await verifier.verify(await sign('first'))).toMatchObject({ userId: 'first' });
      const old = key.kid;
      await age(AGE + 1, old);
      await key.refresh();
      await given.db.query(
        `update signing_keys set created_at = clock_timestamp() - interval '301 s' where kid <> $1`,
        [old],
      );
      await key.refresh();
      expect(key.kid).not.toBe(old);
      // Keys are fetched again at most once a second.
      const after = await eventually(async () => verifier.verify(await sign('after')), 5_000);
      expect(after).toMatchObject({ userId: 'after' });
      expect(await verifier.verify(before)).toMatchObject({ userId: 'before' });
    } finally {
      await server.close();
    }
  });
});
