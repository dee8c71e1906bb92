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
  /** What was remembered less than BELIEVED_MS ago; otherwise `read`, once for all who ask meanwhile. */
  get(hash: string, read: () => Promise<T | undefined>): Promise<T | undefined>;
  /** Also of what is being read: that may be from before. */
  forget(hash: string): void;
  /** Everything about a user whose roles have changed. */
  forgetUser(userId: string): void;
};

const MAX_BELIEVED = 10_000;

export function newBelieved<T extends KnownUser>(): Believed<T> {
  const known = new Map<string, { value: T; until: number }>();
  const reading = new Map<string, Promise<T | undefined>>();

  async function readOnce(hash: string, read: () => Promise<T | undefined>): Promise<T | undefined> {
    // From before the reading: what changes while it goes on is not believed for longer.
    const until = performance.now() + BELIEVED_MS;
    const begun = read();
    reading.set(hash, begun);
    try {
      const value = await begun;
      if (reading.get(hash) !== begun) return value;
      if (known.size > MAX_BELIEVED) known.clear();
      if (value === undefined) known.delete(hash);
      else known.set(hash, { value, until });
      return value;
    } finally {
      if (reading.get(hash) === begun) reading.delete(hash);
    }
  }

  return {
    async get(hash, read) {
      const before = known.get(hash);
      if (before && before.until > performance.now()) return before.value;
      return reading.get(hash) ?? readOnce(hash, read);
    },
    forget(hash) {
      known.delete(hash);
      reading.delete(hash);
    },
    forgetUser(userId) {
      for (const [hash, { value }] of known) if (value.userId === userId) known.delete(hash);
      // Whose they are is not known yet.
      reading.clear();
    },
  };
}
