// What is left of a deleted task: its id, whose it was, and when it went. All else of it goes in the same transaction.
import { taskDeleted } from '@builder-ai/contracts/events/task-deleted';
import { taskDeletedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { Tx } from '@builder-ai/platform/database';
import { entry } from '@builder-ai/platform/outbox';
import type { Deps } from '../deps.ts';
import { endJobsOfDeleted } from '../jobs/job.ts';
import type { LockedTask } from './task-row.ts';

/** As many of the newest are named; those before them have long had what they take from it. */
const MOST_FORKS = 1_000;

const FORKS = `select id from tasks where parent_id = $1 order by created_at desc, id desc limit ${MOST_FORKS}`;

// The seq goes on: whatever was cached of it, and every event that is still to come, is of another task than this.
const BURY = `update tasks set deleted_at = $2, updated_at = $2, seq = $3, list_seq = $3, title = '', goal = '', plan = '[]',
    logs = '[]', messages = '[]', metadata = '{}', collaboration_log = null, error = null, base = null, waiting_for = null,
    waiting_call = null, current_step = null
  where id = $1`;

/**
 * Deletes a task whose lock the transaction holds. Its run is ended, and its files removed, by agent-service, which hears of
 * it as of any other command.
 */
export async function buryTask(deps: Deps, tx: Tx, task: LockedTask, deletedBy: string): Promise<void> {
  const forks = await tx.query<{ id: string }>(FORKS, [task.id]);
  await endJobsOfDeleted(deps, tx, task.id);
  await tx.query('delete from timeline where task_id = $1', [task.id]);
  const seq = task.seq + 1;
  await tx.query(BURY, [task.id, task.now, seq]);
  const { owner_id: ownerId } = task;
  await deps.outbox.add(tx, task.id, [
    entry(taskDeleted, { deleted_by: deletedBy, forks: forks.map(({ id }) => id) }, { ownerId }),
    entry(taskDeletedEntry, { deleted_by: deletedBy }, { ownerId, seq, time: task.now.toISOString() }),
  ]);
  // Nobody is given it any more: its row is gone. What the cache has of it need not wait for its time.
  tx.afterCommit(() => void deps.cache.delete(`task:${task.id}`).catch(() => {}));
}
