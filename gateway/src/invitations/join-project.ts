// What follows a used invitation: its user is a member, and the audit log says so.
import type { Tx } from '@builder-ai/platform/database';
import { AppError } from '@builder-ai/platform/problem';
import { appendToAudit } from '../audit/audit-log.ts';
import type { Deps } from '../deps.ts';
import { addMember } from '../projects/project-store.ts';
import { type ListedInvitation, noteInvited } from './invitation-store.ts';

/** @throws AppError ALREADY_MEMBER, TOO_MANY_PROJECTS */
export async function joinProject(
  { outbox }: Pick<Deps, 'outbox'>,
  tx: Tx,
  { id, project_id, role, created_by }: ListedInvitation,
  userId: string,
  address: string | undefined,
): Promise<void> {
  if (!(await addMember(outbox, tx, project_id, userId, role))) throw new AppError('ALREADY_MEMBER');
  await noteInvited(tx, id, userId);
  const details = { project_id, role, invited_by: created_by };
  await appendToAudit(tx, { actor_id: userId, action: 'member_added', subject: userId, address, details });
}
