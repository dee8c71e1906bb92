// Projects and their members. Who may do what is checked under the project's lock: two owners who remove each other at the
// same moment do not leave a project without one.
import { projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { ROLES, type Role } from '@builder-ai/contracts/identity';
import type { Database, Tx } from '@builder-ai/platform/database';
import { entry, type Outbox } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import { appendToAudit } from '../audit/audit-log.ts';
import { tellOfRole } from './tell-of-role.ts';

/** A user's memberships travel with each request: as many as its headers have room for. */
export const MAX_PROJECTS = 100;

export type Project = { id: string; name: string; created_at: Date };
export type ListedProject = Project & { role: Role; personal: boolean };
export type Member = { user_id: string; name: string; email: string | null; role: Role; created_at: Date };

/** Those that the user is a member of, the personal one first. That one has no row: its id is the user's. */
export async function listProjectsOf(db: Database, userId: string): Promise<ListedProject[]> {
  return db.query<ListedProject>(
    `select id, 'Personal' as name, created_at, 'owner' as role, true as personal from users where id = $1
     union all
     (select p.id, p.name, p.created_at, m.role, false from project_members m join projects p on p.id = m.project_id
      where m.user_id = $1 order by p.created_at, p.id)`,
    [userId],
  );
}

export async function listMembers(db: Database, projectId: string): Promise<Member[]> {
  return db.query<Member>(
    `select m.user_id, u.name, u.email, m.role, m.created_at from project_members m join users u on u.id = m.user_id
     where m.project_id = $1 order by m.created_at, m.user_id`,
    [projectId],
  );
}

/**
 * The user's role in the project.
 * @throws AppError PROJECT_NOT_FOUND for whoever is no member, FORBIDDEN when the role is too low
 */
export async function checkRole(db: Database, userId: string, projectId: string, needed: Role): Promise<Role> {
  const [member] = await db.query<{ role: Role }>(
    'select role from project_members where user_id = $1 and project_id = $2',
    [userId, projectId],
  );
  if (!member) throw new AppError('PROJECT_NOT_FOUND');
  if (ROLES.indexOf(member.role) < ROLES.indexOf(needed)) throw new AppError('FORBIDDEN');
  return member.role;
}

/**
 * Locks the project until the transaction ends.
 * @returns the members' roles by user id
 * @throws AppError PROJECT_NOT_FOUND for whoever is no member, FORBIDDEN when the role is too low
 */
export async function lockProject(tx: Tx, userId: string, projectId: string, needed: Role): Promise<Map<string, Role>> {
  await tx.query('select 1 from projects where id = $1 for no key update', [projectId]);
  const members = await tx.query<{ user_id: string; role: Role }>(
    'select user_id, role from project_members where project_id = $1',
    [projectId],
  );
  const roles = new Map(members.map((member) => [member.user_id, member.role]));
  const own = roles.get(userId);
  if (!own) throw new AppError('PROJECT_NOT_FOUND');
  if (ROLES.indexOf(own) < ROLES.indexOf(needed)) throw new AppError('FORBIDDEN');
  return roles;
}

export type ProjectRemoval = { projectId: string; by: string; address: string | undefined };

/** All that the gateway has of it; the services are told, and the audit log. The caller holds its lock. */
export async function removeProject(outbox: Outbox, tx: Tx, { projectId, by, address }: ProjectRemoval): Promise<void> {
  await tx.query('delete from invitations where project_id = $1', [projectId]);
  await tx.query('delete from project_members where project_id = $1', [projectId]);
  await tx.query('delete from projects where id = $1', [projectId]);
  await outbox.add(tx, projectId, [entry(projectDeleted, { deleted_by: by })]);
  await appendToAudit(tx, { actor_id: by, action: 'project_deleted', subject: projectId, address });
}

/** @throws AppError LAST_OWNER when nobody else is one */
export function checkOwnerRemains(roles: ReadonlyMap<string, Role>, withoutUserId: string): void {
  const others = [...roles].filter(([userId, role]) => role === 'owner' && userId !== withoutUserId);
  if (others.length === 0) throw new AppError('LAST_OWNER');
}

/**
 * Adds somebody who is no member yet, of which the services are told.
 * @returns false when the user is one already
 * @throws AppError TOO_MANY_PROJECTS, NOT_SIGNED_IN when the user was deleted at this moment
 */
export async function addMember(
  outbox: Outbox,
  tx: Tx,
  projectId: string,
  userId: string,
  role: Role,
): Promise<boolean> {
  const known = await tx.query('select 1 from users where id = $1 for no key update', [userId]);
  if (known.length === 0) throw new AppError('NOT_SIGNED_IN');
  const [before] = await tx.query<{ n: number }>('select count(*) as n from project_members where user_id = $1', [
    userId,
  ]);
  if ((before?.n ?? 0) >= MAX_PROJECTS) throw new AppError('TOO_MANY_PROJECTS');
  const added = await tx.query(
    'insert into project_members (project_id, user_id, role) values ($1, $2, $3) on conflict do nothing returning 1',
    [projectId, userId, role],
  );
  if (added.length === 0) return false;
  await tellOfRole(outbox, tx, { userId, projectId, role, by: userId });
  return true;
}
