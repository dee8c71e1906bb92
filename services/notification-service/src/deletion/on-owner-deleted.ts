import { type ProjectDeleted, projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { type EventContext, onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';

/** Its webhooks with their deliveries, and what its members were told of; its tasks are told of one by one. */
async function onOwnerDeleted({ tx, event }: EventContext<Deps, ProjectDeleted>): Promise<void> {
  const owner = [event.subject];
  await tx.query('insert into deleted_owners (owner_id) values ($1) on conflict do nothing', owner);
  await tx.query('delete from webhooks where owner_id = $1', owner);
  await tx.query('delete from notifications where owner_id = $1', owner);
}

/** Nobody is a member any more: who was let in as one is let in anew. */
export const onProjectDeleted = onEvent<Deps, ProjectDeleted>(projectDeleted, async (context) => {
  await onOwnerDeleted(context);
  context.deps.endConnections({ project_id: context.event.subject, role: null });
});

/**
 * A user's personal project has the user's id; what the user has read elsewhere is forgotten too. The user's sessions and keys
 * were told of before, one by one.
 */
export const onUserDeleted = onEvent<Deps, ProjectDeleted>(userDeleted, async (context) => {
  await onOwnerDeleted(context);
  await context.tx.query('delete from notification_reads where user_id = $1', [context.event.subject]);
});
