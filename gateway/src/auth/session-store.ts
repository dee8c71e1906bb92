// Users, sessions and one-time sign-in links. Tokens are random; the database has only their hashes.
import { createHash, randomBytes } from 'node:crypto';
import type { Database } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';

export const SESSION_SECONDS = 30 * 24 * 3600;
const LINK_SECONDS = 24 * 3600;
/** A session that was checked is believed for this long: a revoked one is refused at the latest then. */
const BELIEVED_MS = 4_000;

export type SessionStore = {
  /** The owner's id; the owner is made at the first start. */
  ensureOwner(): Promise<string>;
  /** @returns the token of a link that signs in once, within a day */
  createLink(userId: string): Promise<string>;
  /** Uses up a link. @returns the token of a new session, or undefined when the link is unknown, used or expired */
  useLink(token: string): Promise<string | undefined>;
  /** @returns the user whose session this is, or undefined */
  findUser(token: string): Promise<string | undefined>;
  revoke(token: string): Promise<void>;
};

export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url');
}

const newToken = () => randomBytes(32).toString('base64url');

export function newSessionStore(db: Database): SessionStore {
  const believed = new Map<string, { userId: string; until: number }>();
  return {
    async ensureOwner() {
      return db.transaction(async (tx) => {
        await tx.query(`select pg_advisory_xact_lock(hashtext('users'))`);
        const [owner] = await tx.query<{ id: string }>('select id from users order by created_at, id limit 1');
        if (owner) return owner.id;
        const id = newId();
        await tx.query('insert into users (id, name) values ($1, $2)', [id, 'Owner']);
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
    async useLink(token) {
      const session = newToken();
      const used = await db.query(
        `with link as (
           update sign_in_links set used_at = clock_timestamp()
           where token_hash = $1 and used_at is null and expires_at > clock_timestamp()
           returning user_id
         )
         insert into sessions (token_hash, user_id, expires_at)
         select $2, user_id, clock_timestamp() + $3 * interval '1 second' from link returning 1`,
        [hashToken(token), hashToken(session), SESSION_SECONDS],
      );
      return used.length > 0 ? session : undefined;
    },
    async findUser(token) {
      const hash = hashToken(token);
      const known = believed.get(hash);
      if (known && known.until > performance.now()) return known.userId;
      const [row] = await db.query<{ user_id: string }>(
        'select user_id from sessions where token_hash = $1 and revoked_at is null and expires_at > clock_timestamp()',
        [hash],
      );
      if (believed.size > 10_000) believed.clear();
      if (!row) {
        believed.delete(hash);
        return undefined;
      }
      believed.set(hash, { userId: row.user_id, until: performance.now() + BELIEVED_MS });
      return row.user_id;
    },
    async revoke(token) {
      const hash = hashToken(token);
      await db.query('update sessions set revoked_at = clock_timestamp() where token_hash = $1', [hash]);
      // Not before: a request that comes while this is written would be believed again.
      believed.delete(hash);
    },
  };
}
