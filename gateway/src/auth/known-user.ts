// Who a session or key stands for, and what that user is a member of: read in one statement, believed for a moment.
import type { Role } from '@builder-ai/contracts/identity';

export type KnownUser = {
  userId: string;
  /** The owner of the installation. */
  isOwner: boolean;
  projects: Readonly<Record<string, Role>>;
};

/** A session or key that was checked is believed for this long, with its user's roles: what was revoked is refused then. */
export const BELIEVED_MS = 2_000;

/** For a statement that has `users u`: the columns of a KnownUser. */
export const KNOWN_USER = `u.id as "userId", u.is_owner as "isOwner", coalesce((
  select jsonb_object_agg(m.project_id, m.role) from project_members m where m.user_id = u.id
), '{}') as projects`;

export type Believed<T> = {
  /** What was remembered less than BELIEVED_MS ago; otherwise `read`, remembered unless it found nothing. */
  get(hash: string, read: () => Promise<T | undefined>): Promise<T | undefined>;
  forget(hash: string): void;
  /** Everything about a user whose roles have changed. */
  forgetUser(userId: string): void;
};

const MAX_BELIEVED = 10_000;

export function newBelieved<T extends KnownUser>(): Believed<T> {
  const known = new Map<string, { value: T; until: number }>();
  return {
    async get(hash, read) {
      const before = known.get(hash);
      if (before && before.until > performance.now()) return before.value;
      // From before the reading: what changes while it goes on is not believed for longer.
      const until = performance.now() + BELIEVED_MS;
      const value = await read();
      if (known.size > MAX_BELIEVED) known.clear();
      if (value === undefined) known.delete(hash);
      else known.set(hash, { value, until });
      return value;
    },
    forget: (hash) => void known.delete(hash),
    forgetUser(userId) {
      for (const [hash, { value }] of known) if (value.userId === userId) known.delete(hash);
    },
  };
}
