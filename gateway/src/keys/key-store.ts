// API keys: the key itself is told once, its hash and first characters are kept.
import { keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import type { Scope } from '@builder-ai/contracts/identity';
import type { Database, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type Outbox } from '@builder-ai/platform/outbox';
import { appendToAudit } from '../audit/audit-log.ts';
import { KNOWN_USER, type KnownUser, newBelieved } from '../auth/known-user.ts';
import { VALID_KEY } from '../auth/still-valid.ts';
import { hashToken, newToken } from '../auth/token.ts';

/** Secret scanners find keys by how they begin. */
const KEY_START = 'bai_';
const PREFIX_LENGTH = KEY_START.length + 8;
export const MAX_KEYS = 100;

export type ListedKey = {
  id: string;
  name: string;
  prefix: string;
  scopes: Scope[];
  created_at: Date;
  expires_at: Date | null;
  last_used_at: Date | null;
};

export type NewKey = { name: string; scopes: Scope[]; expires_at?: Date };

export type KnownKey = KnownUser & { keyId: string; scopes: Scope[] };

export type KeyStore = {
  /** @returns undefined when the user has MAX_KEYS already; `key` is what nobody can read again */
  create(tx: Tx, userId: string, key: NewKey): Promise<(ListedKey & { key: string }) | undefined>;
  /** Those that were not revoked, also expired ones, newest first. */
  list(userId: string): Promise<ListedKey[]>;
  /** @param address where it is done from, for the audit log. @returns false when the user has no such one */
  revoke(userId: string, id: string, address: string | undefined): Promise<boolean>;
  /** The user's roles have changed: they are read again. */
  forgetUser(userId: string): void;
  /** Of these ids those that are still keys, read anew. */
  findAll(ids: readonly string[]): Promise<Map<string, KnownKey>>;
  find(key: string): Promise<KnownKey | undefined>;
};

const KNOWN_KEY = `${KNOWN_USER}, k.id as "keyId", k.scopes`;
const LISTED = 'id, name, prefix, scopes, created_at, expires_at, last_used_at';

/** @param outbox by which the services learn what was revoked */
export function newKeyStore(db: Database, outbox: Outbox): KeyStore {
  const believed = newBelieved<KnownKey>();
  return {
    async create(tx, userId, { name, scopes, expires_at }) {
      await tx.query('select 1 from users where id = $1 for update', [userId]);
      const [before] = await tx.query<{ n: number }>(
        'select count(*) as n from api_keys where user_id = $1 and revoked_at is null',
        [userId],
      );
      if ((before?.n ?? 0) >= MAX_KEYS) return undefined;
      const key = KEY_START + newToken();
      const [row] = await tx.query<ListedKey>(
        `insert into api_keys (id, user_id, name, prefix, key_hash, scopes, expires_at)
           values ($1, $2, $3, $4, $5, $6, $7) returning ${LISTED}`,
        [newId(), userId, name, key.slice(0, PREFIX_LENGTH), hashToken(key), scopes, expires_at ?? null],
      );
      return { ...(row as ListedKey), key };
    },
    list: (userId) =>
      db.query<ListedKey>(
        `select ${LISTED} from api_keys where user_id = $1 and revoked_at is null order by created_at desc, id desc`,
        [userId],
      ),
    async revoke(userId, id, address) {
      const row = await db.transaction(async (tx) => {
        const [revoked] = await tx.query<Pick<ListedKey, 'name' | 'prefix'> & { key_hash: string }>(
          `update api_keys set revoked_at = clock_timestamp()
           where user_id = $1 and id = $2 and revoked_at is null returning name, prefix, key_hash`,
          [userId, id],
        );
        if (!revoked) return undefined;
        await outbox.add(tx, userId, [entry(keyRevoked, { key_id: id, reason: 'revoked' })]);
        const details = { name: revoked.name, prefix: revoked.prefix };
        await appendToAudit(tx, { actor_id: userId, action: 'key_revoked', subject: id, address, details });
        return revoked;
      });
      if (row) believed.forget(row.key_hash);
      return row !== undefined;
    },
    async findAll(ids) {
      const rows = await db.query<KnownKey>(
        `select ${KNOWN_KEY} from api_keys k join users u on u.id = k.user_id and u.disabled_at is null where k.id = any($1) and ${VALID_KEY}`,
        [ids],
      );
      return new Map(rows.map((row) => [row.keyId, row]));
    },
    forgetUser: believed.forgetUser,
    async find(key) {
      // Spares the database whatever cannot be one of ours.
      if (!key.startsWith(KEY_START)) return undefined;
      const hash = hashToken(key);
      return believed.get(hash, async () => {
        const [row] = await db.query<KnownKey>(
          `select ${KNOWN_KEY} from api_keys k join users u on u.id = k.user_id and u.disabled_at is null where k.key_hash = $1 and ${VALID_KEY}`,
          [hash],
        );
        if (row) await noteUse(db, row.keyId);
        return row;
      });
    },
  };
}

/** Once a minute is enough to see whether a key is still in use. */
async function noteUse(db: Database, id: string): Promise<void> {
  await db.query(
    `update api_keys set last_used_at = clock_timestamp()
     where id = $1 and (last_used_at is null or last_used_at < clock_timestamp() - interval '1 minute')`,
    [id],
  );
}
