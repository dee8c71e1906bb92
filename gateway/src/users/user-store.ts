// The installation's users as its owner sees them, and who is shut out.
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import { tellOfAllAccess } from '../auth/tell-of-revoked.ts';

export type ListedUser = {
  id: string;
  name: string;
  email: string | null;
  is_owner: boolean;
  disabled: boolean;
  created_at: Date;
};

const LISTED = 'id, name, email, is_owner, disabled_at is not null as disabled, created_at';

export function readUsers(db: Database, limit: number, after?: string): Promise<ListedUser[]> {
  return db.query<ListedUser>(`select ${LISTED} from users where $2::text is null or id > $2 order by id limit $1`, [
    limit,
    after ?? null,
  ]);
}

/** Shuts a user out, or lets one in again, who signs in anew. @returns undefined when there is no such user, or it is the owner */
export async function setDisabled(
  outbox: Outbox,
  tx: Tx,
  id: string,
  disabled: boolean,
): Promise<ListedUser | undefined> {
  const [before] = await tx.query<{ disabled: boolean }>(
    'select disabled_at is not null as disabled from users where id = $1 and not is_owner for update',
    [id],
  );
  const [user] = await tx.query<ListedUser>(
    `update users set disabled_at = case when $2 then coalesce(disabled_at, clock_timestamp()) end, updated_at = clock_timestamp()
     where id = $1 and not is_owner returning ${LISTED}`,
    [id, disabled],
  );
  if (before && !before.disabled && disabled) await tellOfAllAccess(outbox, tx, id, 'user_disabled');
  if (user && disabled)
    await tx.query('update sessions set revoked_at = clock_timestamp() where user_id = $1 and revoked_at is null', [
      id,
    ]);
  return user;
}
