import { type ProjectDeleted, projectDeleted } from '@builder-ai/contracts/events/project-deleted';
import { userDeleted } from '@builder-ai/contracts/events/user-deleted';
import { type EventContext, onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { noteDeletedOwner } from './deleted-owners.ts';

/** No task is made there any more from this commit on; those that there are go one by one, each with its own event. */
async function onOwnerDeleted({ deps, tx, event, data }: EventContext<Deps, ProjectDeleted>): Promise<void> {
  await noteDeletedOwner(tx, event.subject, data.deleted_by);
  tx.afterCommit(() => deps.buryOwnersSoon());
}

export const onProjectDeleted = onEvent<Deps, ProjectDeleted>(projectDeleted, onOwnerDeleted);

/** A user's personal project has the user's id. */
export const onUserDeleted = onEvent<Deps, ProjectDeleted>(userDeleted, onOwnerDeleted);
