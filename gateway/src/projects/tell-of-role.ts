// Tells the services what a user may do in a project from now on: in the transaction that makes it so.

import { membershipChanged } from '@builder-ai/contracts/events/membership-changed';
import type { Role } from '@builder-ai/contracts/identity';
import type { Tx } from '@builder-ai/platform/database';
import { entry, type Outbox } from '@builder-ai/platform/outbox';

export type ChangedRole = {
  userId: string;
  projectId: string;
  /** Null: no member any more. */
  role: Role | null;
  /** Who did it. */
  by: string;
};

export async function tellOfRole(outbox: Outbox, tx: Tx, { userId, projectId, role, by }: ChangedRole): Promise<void> {
  await outbox.add(tx, userId, [entry(membershipChanged, { project_id: projectId, role, changed_by: by })]);
}
