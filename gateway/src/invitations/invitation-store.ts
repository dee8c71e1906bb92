// Invitations into a project: each lets one person in, once, before it expires. The token is told once.
import type { Role } from '@builder-ai/contracts/identity';
import type { Database, Queryable, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import { hashToken, newToken } from '../auth/token.ts';

export type ListedInvitation = {
  id: string;
  project_id: string;
  role: Role;
  created_by: string;
  created_at: Date;
  expires_at: Date;
};

const LISTED = 'id, project_id, role, created_by, created_at, expires_at';
const OPEN = 'used_at is null and revoked_at is null and expires_at > clock_timestamp()';

export type NewInvitation = { projectId: string; role: Role; createdBy: string; hours: number };

export async function createInvitationRow(
  tx: Tx,
  { projectId, role, createdBy, hours }: NewInvitation,
): Promise<ListedInvitation & { token: string }> {
  const token = newToken();
  const [row] = await tx.query<ListedInvitation>(
    `insert into invitations (id, project_id, role, token_hash, created_by, expires_at)
     values ($1, $2, $3, $4, $5, clock_timestamp() + $6 * interval '1 hour') returning ${LISTED}`,
    [newId(), projectId, role, hashToken(token), createdBy, hours],
  );
  return { ...(row as ListedInvitation), token };
}

/** Those that can still be used, newest first. */
export function listOpenInvitations(db: Database, projectId: string): Promise<ListedInvitation[]> {
  return db.query<ListedInvitation>(
    `select ${LISTED} from invitations where project_id = $1 and ${OPEN} order by created_at desc, id desc`,
    [projectId],
  );
}

/** Uses the invitation up. @throws AppError INVITATION_NOT_FOUND */
export async function useInvitation(to: Queryable, token: string): Promise<ListedInvitation> {
  const [row] = await to.query<ListedInvitation>(
    `update invitations set used_at = clock_timestamp() where token_hash = $1 and ${OPEN} returning ${LISTED}`,
    [hashToken(token)],
  );
  if (!row) throw new AppError('INVITATION_NOT_FOUND');
  return row;
}

/** Whoever it was used for did not get an account: it is there for another attempt. */
export async function giveBackInvitation(db: Database, id: string): Promise<void> {
  await db.query('update invitations set used_at = null where id = $1 and used_by is null', [id]);
}

/** Says for whom it was used. */
export async function noteInvited(tx: Tx, id: string, userId: string): Promise<void> {
  await tx.query('update invitations set used_by = $2 where id = $1', [id, userId]);
}

/** @throws AppError INVITATION_NOT_FOUND */
export async function revokeInvitationRow(tx: Tx, projectId: string, id: string): Promise<void> {
  const revoked = await tx.query(
    `update invitations set revoked_at = clock_timestamp() where id = $1 and project_id = $2 and ${OPEN} returning 1`,
    [id, projectId],
  );
  if (revoked.length === 0) throw new AppError('INVITATION_NOT_FOUND');
}
