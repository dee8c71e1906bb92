// Makes a task's row anew from its timeline.
import { logAddedEntry } from '@builder-ai/contracts/events/timeline-entries';
import type { Database } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { TaskState } from '../tasks/task.ts';
import { lockTask } from '../tasks/task-row.ts';
import { appendToTimeline } from '../tasks/timeline.ts';
import { differenceOf, foldOf } from './check-tasks.ts';

/**
 * May run while the task does: its row is locked. A line in the timeline tells of it, so that caches and clients that
 * have the old row see that it has changed.
 * @returns whether there was anything to put right
 */
export async function rebuildTask({ db, outbox }: { db: Database; outbox: Outbox }, id: string): Promise<boolean> {
  return db.transaction(async (tx) => {
    const task = await lockTask(tx, id);
    if (!task || task.deleted_at) return false;
    const [row] = await tx.query<{ base: TaskState | null }>('select base from tasks where id = $1', [id]);
    const folded = await foldOf(tx, id, row?.base ?? null);
    const differing = differenceOf(task, folded);
    if (!differing) return false;
    const { status, waiting_for, waiting_call, plan, current_step, error, spent_micro_usd } = folded;
    await tx.query(
      `update tasks set status = $2, waiting_for = $3, waiting_call = $4, plan = $5, current_step = $6, error = $7,
         spent_micro_usd = $8, list_seq = seq + 1 where id = $1`,
      [
        id,
        status,
        waiting_for,
        waiting_call && JSON.stringify(waiting_call),
        JSON.stringify(plan),
        current_step,
        error,
        spent_micro_usd,
      ],
    );
    const message = `The task was made anew from its timeline: ${differing.join(', ')}.`;
    const line = { level: 'warning' as const, agent: null, step: null, message };
    await appendToTimeline(tx, outbox, task, logAddedEntry, (appended) => ({ ...line, ...appended }));
    return true;
  });
}
