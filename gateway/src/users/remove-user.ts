// What the deletion of a user takes along, and what it must not.
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import type { Tx } from '@builder-ai/platform/database';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import { appendToAudit } from '../audit/audit-log.ts';
import { tellOfAllAccess } from '../auth/tell-of-revoked.ts';
import type { Deps } from '../deps.ts';
import { removeProject } from '../projects/project-store.ts';
import { tellOfRole } from '../projects/tell-of-role.ts';

type Owned = { id: string; name: string; others: number; owners: number };

// Locked as by whoever changes their members: no owner leaves while another one does.
const OWNED = `select p.id, p.name, (select count(*) from project_members o where o.project_id = p.id and o.user_id <> $1) as others,
    (select count(*) from project_members o where o.project_id = p.id and o.user_id <> $1 and o.role = 'owner') as owners
  from projects p join project_members m on m.project_id = p.id and m.user_id = $1 and m.role = 'owner'
  order by p.id`;

const LOCK = `select 1 from projects where id in (select project_id from project_members where user_id = $1)
  order by id for no key update`;

// Who has been there the longest of those that may do the most.
const NAME_HEIR = `update project_members set role = 'owner' where project_id = $1 and user_id = (
    select user_id from project_members where project_id = $1 and user_id <> $2
    order by role = 'editor' desc, created_at, user_id limit 1)
  returning user_id`;

export type Removal = { userId: string; by: string; address: string | undefined };

/**
 * Deletes the user, sessions, keys and password, and projects that nobody else is in; other projects the user leaves.
 * @throws AppError USER_NOT_FOUND, OWNER_STAYS, SOLE_OWNER where a user who leaves would leave others without an owner
 */
export async function removeUser(
  { outbox }: Pick<Deps, 'outbox'>,
  tx: Tx,
  { userId, by, address }: Removal,
): Promise<void> {
  const [user] = await tx.query<{ is_owner: boolean }>('select is_owner from users where id = $1 for update', [userId]);
  if (!user) throw new AppError('USER_NOT_FOUND');
  if (user.is_owner) throw new AppError('OWNER_STAYS');
  await tx.query(LOCK, [userId]);
  const owned = await tx.query<Owned>(OWNED, [userId]);
  const left = owned.filter(({ others, owners }) => others > 0 && owners === 0);
  // Whoever leaves can name another owner; of somebody who is removed nobody else can.
  if (left.length > 0 && by === userId) throw soleOwner(left);
  for (const { id } of left) {
    const [heir] = await tx.query<{ user_id: string }>(NAME_HEIR, [id, userId]);
    const details = { project_id: id, to: 'owner' };
    if (heir) await tellOfRole(outbox, tx, { userId: heir.user_id, projectId: id, role: 'owner', by });
    await appendToAudit(tx, { actor_id: by, action: 'role_changed', subject: heir?.user_id ?? id, address, details });
  }
  for (const { id } of owned.filter(({ others }) => others === 0))
    await removeProject(outbox, tx, { projectId: id, by, address });
  await tellOfAllAccess(outbox, tx, userId, 'user_deleted');
  for (const table of ['project_members', 'sessions', 'api_keys', 'accounts', 'sign_in_links'])
    await tx.query(`delete from ${table} where user_id = $1`, [userId]);
  await tx.query('update invitations set revoked_at = clock_timestamp() where created_by = $1 and used_at is null', [
    userId,
  ]);
  await tx.query('delete from users where id = $1', [userId]);
  await outbox.add(tx, userId, [entry(userDeleted, { deleted_by: by })]);
  await appendToAudit(tx, { actor_id: by, action: 'user_deleted', subject: userId, address });
}

/** Which projects stand in the way is said with what to do about them. */
function soleOwner(projects: readonly Owned[]): AppError {
  const errors = projects.map(({ id, name }) => ({ field: id, message: `nobody else owns ${JSON.stringify(name)}` }));
  return new AppError('SOLE_OWNER', { errors });
}
