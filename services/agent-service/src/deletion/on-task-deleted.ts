import { type TaskDeleted, taskDeleted } from '@builder-ai/contracts/events/task-deleted';
import type { Tx } from '@builder-ai/platform/database';
import { onEvent } from '@builder-ai/platform/inbox';
import type { Deps } from '../deps.ts';
import { addCommand } from '../runs/command.ts';
import type { RunState } from '../runs/run.ts';
import { readyForCommand } from '../runs/run-store.ts';

type Doomed = { state: RunState; reserved: number };

/**
 * Nobody is shown anything of the run from this commit on. One that is driven is cancelled as by its user, whoever drives it
 * by then; only when it has ended is it removed (remove-runs.ts), so that nobody writes where was removed already.
 */
export const onTaskDeleted = onEvent<Deps, TaskDeleted>(taskDeleted, async ({ deps, tx, event, data }) => {
  const run = await markDeleted(tx, event.subject, data.forks);
  if (!run) return;
  if (run.state === 'running' || run.reserved > 0) {
    const requested_by = data.deleted_by;
    await addCommand(tx, event.subject, { kind: 'run.cancel_requested', data: { requested_by } });
    if (run.state === 'idle') await readyForCommand(tx, event.subject);
  } else {
    // Nothing of it is in flight: it need not wait for a worker that is free.
    await tx.query(`update runs set state = 'ended', holder = null where task_id = $1`, [event.subject]);
  }
  tx.afterCommit(() => {
    deps.wakeWorker();
    deps.removeSoon();
  });
});

/** @returns the run, locked; undefined when there is none, or it is deleted already */
async function markDeleted(tx: Tx, taskId: string, forks: readonly string[]): Promise<Doomed | undefined> {
  const [run] = await tx.query<Doomed>(
    `update runs set deleted_at = clock_timestamp(), awaited_forks = $2 where task_id = $1 and deleted_at is null
     returning state, reserved_micro_usd as reserved`,
    [taskId, forks],
  );
  return run;
}
