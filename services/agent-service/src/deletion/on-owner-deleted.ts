import { type ProjectDeleted, projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { type EventContext, onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';

/** Of each of its tasks task-service tells by itself; conversations and the budget are this service's. */
async function onOwnerDeleted({ deps, tx, event }: EventContext<Deps, ProjectDeleted>): Promise<void> {
  await tx.query('insert into deleted_owners (owner_id) values ($1) on conflict do nothing', [event.subject]);
  tx.afterCommit(() => deps.removeSoon());
}

export const onProjectDeleted = onEvent<Deps, ProjectDeleted>(projectDeleted, onOwnerDeleted);

/** A user's personal project has the user's id. */
export const onUserDeleted = onEvent<Deps, ProjectDeleted>(userDeleted, onOwnerDeleted);
