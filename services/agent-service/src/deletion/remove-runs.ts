// Removes what runs of deleted tasks have made: files first, then the rows that name them. Whoever dies in between leaves it
// to the next, who does both again.
import type { Queryable } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { removeTaskDirectory } from '../workspace/workspace.ts';

export type RemovalDeps = Pick<Deps, 'db' | 'workspaceRoot' | 'logger'>;

const BATCH = 50;
/** A worker that was paused when its run was taken over may come back and write: what it leaves is removed once more. */
const LATE_MINUTES = 10;

// A fork that was not heard of yet takes its parent's files and rows when it is: until then they stay.
const DUE = `select task_id from runs
  where deleted_at is not null and removed_at is null and state = 'ended' and not exists (
    select 1 from unnest(awaited_forks) as fork where not exists (select 1 from runs f where f.task_id = fork))
  order by deleted_at limit ${BATCH}`;

// The row stays: by it a project's budget knows what was spent, and nobody makes a run of that task again.
const FORGET = `with gone as (
    update runs set removed_at = clock_timestamp(), goal = '', ledger_no = 0, traceparent = null, awaited_forks = '{}'
    where task_id = $1 and deleted_at is not null and removed_at is null and state = 'ended' returning task_id
  ), forgotten as (
    delete from ledger using gone where ledger.task_id = gone.task_id
  ), untold as (
    delete from told_events using gone where told_events.key = gone.task_id
  )
  delete from commands using gone where commands.task_id = gone.task_id`;

/** @returns how many were removed */
export async function removeDeletedRuns({ db, workspaceRoot, logger }: RemovalDeps): Promise<number> {
  const due = await db.query<{ task_id: string }>(DUE);
  let removed = 0;
  for (const { task_id } of due) {
    try {
      await removeTaskDirectory(workspaceRoot, task_id);
      await db.query(FORGET, [task_id]);
      removed += 1;
    } catch (error) {
      logger.warn('What a deleted task has made could not be removed yet', { task_id, error });
    }
  }
  return removed;
}

/** What was written after it had been removed. */
export async function removeLeftovers({ db, workspaceRoot }: RemovalDeps): Promise<void> {
  for (const { task_id } of await findLatelyRemoved(db)) await removeTaskDirectory(workspaceRoot, task_id);
}

function findLatelyRemoved(db: Queryable) {
  return db.query<{ task_id: string }>(
    `select task_id from runs where removed_at > clock_timestamp() - $1 * interval '1 minute'`,
    [LATE_MINUTES],
  );
}
