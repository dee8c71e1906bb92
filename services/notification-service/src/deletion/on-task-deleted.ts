import { type TaskDeletedEntry, taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { buryFeed } from '../feed/feed-store.ts';
import { toTaskEvent } from '../feed/on-timeline-entry.ts';

/** Whoever watches is told by the last entry of the feed, and is then sent nothing more of it (task-viewers.ts). */
export const onTaskDeleted = onEvent<Deps, TaskDeletedEntry>(taskDeletedEntry, async ({ deps, tx, event }) => {
  const entry = toTaskEvent(event as never);
  const { ownerid: ownerId } = event;
  if (!ownerId) throw new Error(`Event ${event.id} names no owner.`);
  await buryFeed(tx, entry, ownerId);
  // A delivery that is being sent at this moment finds nothing to write down afterwards.
  await tx.query('delete from webhook_deliveries where task_id = $1', [entry.task_id]);
  await tx.query('delete from notifications where task_id = $1', [entry.task_id]);
  tx.afterCommit(() => deps.tellSockets(entry, ownerId));
});
