// Users, sessions and one-time sign-in links. Tokens are random; the database has only their hashes.
import type { SessionRevoked } from '@builder-ai/contracts/events/session-revoked';
import type { Database, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import type { Outbox } from '@builder-ai/platform/outbox';
import { appendToAudit } from '../audit/audit-log.ts';
import { KNOWN_USER, type KnownUser, newBelieved } from './known-user.ts';
import { VALID_SESSION } from './still-valid.ts';
import { tellOfSessions } from './tell-of-revoked.ts';
import { hashToken, newToken } from './token.ts';

export const SESSION_SECONDS = 30 * 24 * 3600;
const LINK_SECONDS = 24 * 3600;

export type ListedSession = {
  id: string;
  tokenHash: string;
  created_at: Date;
  expires_at: Date;
  address: string | null;
  user_agent: string | null;
};

/** Where a session was begun, for its user to know it by. */
export type SignedInFrom = { address: string | undefined; userAgent: string | undefined };

export type KnownSession = KnownUser & { sessionId: string };

export type SessionStore = {
  /** The owner's id; the owner is made at the first start. */
  ensureOwner(): Promise<string>;
  /** @returns the token of a link that signs in once, within a day */
  createLink(userId: string): Promise<string>;
  /** Uses up a link. @returns a new session's token and user, or undefined when the link is unknown, used or expired */
  useLink(token: string, from?: SignedInFrom): Promise<{ token: string; userId: string } | undefined>;
  /** @returns the token of a new session */
  create(userId: string, from?: SignedInFrom): Promise<string>;
  /** @returns the user whose session this is, or undefined */
  findUser(token: string): Promise<KnownSession | undefined>;
  /** @throws Error when there is no such user */
  getById(userId: string): Promise<KnownUser>;
  /** Of these hashes those that are still sessions, read anew. */
  findAll(hashes: readonly string[]): Promise<Map<string, KnownUser>>;
  /** Those that sign in now, newest first. */
  list(userId: string): Promise<ListedSession[]>;
  /** The user's roles have changed: they are read again. */
  forgetUser(userId: string): void;
  /** Signs out. @param address where it is done from, for the audit log */
  revoke(token: string, address: string | undefined): Promise<void>;
  /** @param address as above. @returns false when the user has no such session */
  revokeById(userId: string, id: string, address: string | undefined): Promise<boolean>;
  /** Every session of the user but the one of this hash. */
  revokeOthers(tx: Tx, userId: string, exceptHash: string | undefined): Promise<void>;
};

/** @param outbox by which the services learn what was revoked */
export function newSessionStore(db: Database, outbox: Outbox): SessionStore {
  const believed = newBelieved<KnownSession>();
  const users = newBelieved<KnownUser>();
  /** @param which of the valid sessions, as SQL. @returns those that there were */
  async function revoke(tx: Tx, which: string, values: unknown[], reason: SessionRevoked['reason']) {
    const rows = await tx.query<{ id: string; user_id: string; token_hash: string }>(
      `update sessions set revoked_at = clock_timestamp() where ${which} and ${VALID_SESSION} returning id, user_id, token_hash`,
      values,
    );
    await tellOfSessions(outbox, tx, rows, reason);
    // Not before it is written: a request that comes meanwhile would be believed again.
    tx.afterCommit(() => {
      for (const row of rows) believed.forget(row.token_hash);
    });
    return rows;
  }
  return {
    async ensureOwner() {
      return db.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtext('users'))`);
        const [owner] = await tx.query<{ id: string }>('select id from users where is_owner');
        if (owner) return owner.id;
        const id = newId();
        await tx.query('insert into users (id, name, is_owner) values ($1, $2, true)', [id, 'Owner']);
        return id;
      });
    },
    async createLink(userId) {
      const token = newToken();
      await db.query(
        `insert into sign_in_links (token_hash, user_id, expires_at) values ($1, $2, clock_timestamp() + $3 * interval '1 second')`,
        [hashToken(token), userId, LINK_SECONDS],
      );
      return token;
    },
    async useLink(token, from) {
      const session = newToken();
      const [used] = await db.query<{ user_id: string }>(
        `with link as (
           update sign_in_links set used_at = clock_timestamp()
           where token_hash = $1 and used_at is null and expires_at > clock_timestamp()
           returning user_id
         )
         insert into sessions (token_hash, user_id, expires_at, id, ip_address, user_agent)
         select $2, user_id, clock_timestamp() + $3 * interval '1 second', $4, $5, $6 from link returning user_id`,
        [
          hashToken(token),
          hashToken(session),
          SESSION_SECONDS,
          newId(),
          from?.address ?? null,
          from?.userAgent ?? null,
        ],
      );
      return used && { token: session, userId: used.user_id };
    },
    async create(userId, from) {
      const token = newToken();
      await db.query(
        `insert into sessions (token_hash, user_id, expires_at, id, ip_address, user_agent)
         values ($1, $2, clock_timestamp() + $3 * interval '1 second', $4, $5, $6)`,
        [hashToken(token), userId, SESSION_SECONDS, newId(), from?.address ?? null, from?.userAgent ?? null],
      );
      return token;
    },
    findUser(token) {
      const hash = hashToken(token);
      return believed.get(hash, async () => {
        const [row] = await db.query<KnownSession>(
          `select ${KNOWN_USER}, s.id as "sessionId" from sessions s join users u on u.id = s.user_id and u.disabled_at is null
           where s.token_hash = $1 and ${VALID_SESSION}`,
          [hash],
        );
        return row;
      });
    },
    async getById(userId) {
      const user = await users.get(userId, async () => {
        const [row] = await db.query<KnownUser>(`select ${KNOWN_USER} from users u where u.id = $1`, [userId]);
        return row;
      });
      if (!user) throw new Error('There is no such user.');
      return user;
    },
    async findAll(hashes) {
      const rows = await db.query<KnownUser & { hash: string }>(
        `select s.token_hash as hash, ${KNOWN_USER} from sessions s join users u on u.id = s.user_id and u.disabled_at is null
         where s.token_hash = any($1) and s.revoked_at is null and s.expires_at > clock_timestamp()`,
        [hashes],
      );
      return new Map(rows.map((row) => [row.hash, row]));
    },
    list: (userId) =>
      db.query<ListedSession>(
        `select id, token_hash as "tokenHash", created_at, expires_at, ip_address as address, user_agent
         from sessions where user_id = $1 and ${VALID_SESSION} order by created_at desc, id desc limit 200`,
        [userId],
      ),
    forgetUser(userId) {
      believed.forgetUser(userId);
      users.forgetUser(userId);
    },
    async revoke(token, address) {
      await db.transaction(async (tx) => {
        const [ended] = await revoke(tx, 'token_hash = $1', [hashToken(token)], 'signed_out');
        if (ended) await appendToAudit(tx, { actor_id: ended.user_id, action: 'signed_out', address });
      });
    },
    revokeById: (userId, id, address) =>
      db.transaction(async (tx) => {
        const ended = await revoke(tx, 'user_id = $1 and id = $2', [userId, id], 'revoked');
        if (ended.length === 0) return false;
        await appendToAudit(tx, { actor_id: userId, action: 'session_revoked', subject: id, address });
        return true;
      }),
    async revokeOthers(tx, userId, exceptHash) {
      const others = 'user_id = $1 and token_hash is distinct from $2';
      await revoke(tx, others, [userId, exceptHash ?? null], 'password_changed');
    },
  };
}
