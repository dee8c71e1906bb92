// A service's signing key is made once, whoever starts, and the public half shows nothing of the private one.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { openSigningKey } from '../src/signing-key.ts';
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

test('the newest key signs; older ones are still shown, so that what they signed is believed', async () => {
  const old = await openSigningKey(given.db);
  await given.db.query(
    `insert into signing_keys (kid, private_jwk, public_jwk, created_at)
     select 'new', private_jwk || '{"kid":"new"}', public_jwk || '{"kid":"new"}', created_at + interval '1 day' from signing_keys`,
  );
  const rotated = await openSigningKey(given.db);
  expect([rotated.kid, rotated.jwks.keys.map(({ kid }) => kid)]).toEqual(['new', ['new', old.kid]]);
});
