// The EdDSA keys with which a service signs in its own name: made by the service, kept in its database, and replaced in turn.
import { type CryptoKey, exportJWK, generateKeyPair, importJWK, type JSONWebKeySet, type JWK } from 'jose';
import type { Database, Tx } from './database.ts';
import type { Logger } from './logger.ts';
import { newId } from './new-id.ts';

export type SigningKey = {
  readonly kid: string;
  readonly privateKey: CryptoKey;
  /** The public halves of every key that may have signed what is still believed, and of the next one. */
  readonly jwks: JSONWebKeySet;
};

/** One whose parts are those of the key in use now: read them when they are needed. */
export type OpenedSigningKey = SigningKey & {
  /** Reads what other replicas have made, and makes the next key when its time has come. */
  refresh(): Promise<void>;
};

/** Where a service shows its public keys. */
export const JWKS_PATH = '/.well-known/jwks.json';

/** In seconds. */
const ROTATION = {
  /** A key is replaced when it is this old. */
  age: 30 * 24 * 3600,
  /** A new key signs nothing before every replica shows it. */
  lead: 300,
  /** How long after a new one was made the old one is still shown: far longer than an assertion lives. */
  keep: 3600,
};
const REFRESH_MS = 60_000;

type Row = { kid: string; private_jwk: JWK; public_jwk: JWK; age: number };

/** Makes the first key when there is none; replicas that start at once agree on one. */
export async function openSigningKey(db: Database): Promise<OpenedSigningKey> {
  let current = await read(db);
  return {
    get kid() {
      return current.kid;
    },
    get privateKey() {
      return current.privateKey;
    },
    get jwks() {
      return current.jwks;
    },
    async refresh() {
      current = await read(db);
    },
  };
}

/** Keeps the key up to date from now on, until it is closed. */
export function startKeyRotation(key: OpenedSigningKey, logger: Logger): { close(): void } {
  let closed = false;
  const timer = setInterval(() => {
    key.refresh().catch((error: unknown) => {
      // The key in use stays good; the next look comes soon.
      if (!closed) logger.warn('The signing keys could not be read', { error });
    });
  }, REFRESH_MS);
  timer.unref();
  return {
    close() {
      closed = true;
      clearInterval(timer);
    },
  };
}

async function read(db: Database): Promise<SigningKey> {
  const rows = await db.transaction(async (tx) => {
    await tx.query(`select pg_advisory_xact_lock(hashtext('signing_keys'))`);
    const stored = await tx.query<Row>(
      `select kid, private_jwk, public_jwk, extract(epoch from clock_timestamp() - created_at)::float8 as age
       from signing_keys order by created_at desc, kid desc`,
    );
    const [newest] = stored;
    if (!newest || newest.age >= ROTATION.age) return [await addKey(tx), ...stored];
    if (newest.age < ROTATION.keep || stored.length === 1) return stored;
    await tx.query('delete from signing_keys where kid <> $1', [newest.kid]);
    return [newest];
  });
  const inUse = (rows.find(({ age }) => age >= ROTATION.lead) ?? rows.at(-1)) as Row;
  // Extractable: Node's own signing, which takes a key of another kind, makes that from it.
  const privateKey = (await importJWK(inUse.private_jwk, 'EdDSA', { extractable: true })) as CryptoKey;
  return { kid: inUse.kid, privateKey, jwks: { keys: rows.map((row) => row.public_jwk) } };
}

async function addKey(tx: Tx): Promise<Row> {
  const made = await newKey();
  await tx.query('insert into signing_keys (kid, private_jwk, public_jwk) values ($1, $2, $3)', [
    made.kid,
    JSON.stringify(made.private_jwk),
    JSON.stringify(made.public_jwk),
  ]);
  return made;
}

async function newKey(): Promise<Row> {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519', extractable: true });
  const kid = newId();
  const named = { kid, alg: 'EdDSA', use: 'sig' };
  return {
    kid,
    private_jwk: { ...(await exportJWK(privateKey)), ...named },
    public_jwk: { ...(await exportJWK(publicKey)), ...named },
    age: 0,
  };
}
