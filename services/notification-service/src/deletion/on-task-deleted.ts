import { type TaskDeletedEntry, taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { buryFeed } from '../feed/feed-store.ts';
import { toTaskEvent } from '../feed/on-timeline-entry.ts';
import { enqueueEntry } from '../webhooks/enqueue-entry.ts';
import { findReceivers } from '../webhooks/find-news.ts';

/**
 * Whoever watches is told by the last entry of the feed, and is then sent nothing more of it (task-viewers.ts); so are webhooks,
 * in place of what they were still to be told.
 */
export const onTaskDeleted = onEvent<Deps, TaskDeletedEntry>(taskDeletedEntry, async ({ deps, tx, event }) => {
  const entry = toTaskEvent(event as never);
  const { ownerid: ownerId } = event;
  if (!ownerId) throw new Error(`Event ${event.id} names no owner.`);
  await buryFeed(tx, entry, ownerId);
  // A delivery that is being sent at this moment finds nothing to write down afterwards.
  await tx.query('delete from webhook_deliveries where task_id = $1', [entry.task_id]);
  await tx.query('delete from notifications where task_id = $1', [entry.task_id]);
  // After what was on its way is gone: this is the only delivery of the task that there is, and it has nothing of it but its id.
  const receivers = await findReceivers(tx, ownerId, 'task.deleted');
  enqueueEntry(deps, tx, entry, { type: 'task.deleted', title: null, receivers });
  tx.afterCommit(() => deps.tellSockets(entry, ownerId));
});
