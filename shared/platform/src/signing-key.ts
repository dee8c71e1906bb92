// The EdDSA key with which a service signs in its own name: made at the first start, kept in its database.
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import type { Database } from './database.ts';
import { newId } from './new-id.ts';

export type SigningKey = { kid: string; privateKey: CryptoKey; jwks: JSONWebKeySet };

/** Where a service shows its public keys. */
export const JWKS_PATH = '/.well-known/jwks.json';

type Row = { kid: string; private_jwk: JWK; public_jwk: JWK };

/** Reads the service's newest key, making one when there is none; replicas that start at once agree on one. */
export async function openSigningKey(db: Database): Promise<SigningKey> {
  const rows = await db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('signing_keys'))`);
    const stored = await tx.query<Row>(
      'select kid, private_jwk, public_jwk from signing_keys order by created_at desc',
    );
    if (stored.length > 0) return stored;
    const made = await newKey();
    await tx.query('insert into signing_keys (kid, private_jwk, public_jwk) values ($1, $2, $3)', [
      made.kid,
      JSON.stringify(made.private_jwk),
      JSON.stringify(made.public_jwk),
    ]);
    return [made];
  });
  const newest = rows[0] as Row;
  const privateKey = (await importJWK(newest.private_jwk, 'EdDSA')) as CryptoKey;
  return { kid: newest.kid, privateKey, jwks: { keys: rows.map((row) => row.public_jwk) } };
}

async function newKey(): Promise<Row> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = newId();
  const named = { kid, alg: 'EdDSA', use: 'sig' };
  return {
    kid,
    private_jwk: { ...(await exportJWK(privateKey)), ...named },
    public_jwk: { ...(await exportJWK(publicKey)), ...named },
  };
}
