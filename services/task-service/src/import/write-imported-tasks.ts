// Writes imported tasks: all in one transaction, each with entry 1 of its timeline and the event that tells of it.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import type { Database, Queryable, Tx } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import type { TaskState } from '../tasks/task.ts';
import { NEW_TASK } from '../tasks/task-projection.ts';
import { type LockedTask, NOW } from '../tasks/task-row.ts';
import { appendToTimeline } from '../tasks/timeline.ts';
import type { ImportedTask } from './parse-task.ts';

export type Written = { imported: number; existing: number };

/** Tasks whose id is there already, whoever's and even if deleted, are left as they are: a second import changes nothing. */
export function writeImportedTasks(
  { db, outbox }: { db: Database; outbox: Outbox },
  ownerId: string,
  tasks: readonly ImportedTask[],
): Promise<Written> {
  return db.transaction(async (tx) => {
    // Two imports at once would wait for each other's rows in two orders.
    await tx.query(`select pg_advisory_xact_lock(hashtext('import-tasks'))`);
    const imported: ImportedTask[] = [];
    for (const task of tasks) {
      const row = await insert(tx, ownerId, task);
      if (!row) continue;
      imported.push(task);
      const { title, goal, type, project_id } = task;
      await appendToTimeline(tx, outbox, row, taskCreated, { title, goal, type, project_id });
    }
    await restoreTimes(tx, imported);
    return { imported: imported.length, existing: tasks.length - imported.length };
  });
}

/** How many of these tasks are there already. */
export async function countExisting(db: Queryable, tasks: readonly ImportedTask[]): Promise<number> {
  const [row] = await db.query<{ n: number }>('select count(*) as n from tasks where id = any($1)', [
    tasks.map((task) => task.id),
  ]);
  return row?.n ?? 0;
}

async function insert(tx: Tx, ownerId: string, task: ImportedTask): Promise<LockedTask | undefined> {
  const [row] = await tx.query<LockedTask>(
    `insert into tasks (id, owner_id, title, type, goal, project_id, status, waiting_for, plan, current_step, created_at,
       logs, error, metadata, messages, collaboration_log, base)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)
     on conflict (id) do nothing returning *, ${NOW}`,
    [
      task.id,
      ownerId,
      task.title,
      task.type,
      task.goal,
      task.project_id,
      task.status,
      task.waiting_for,
      JSON.stringify(task.plan),
      task.current_step,
      task.created_at,
      JSON.stringify(task.logs),
      task.error,
      JSON.stringify(task.metadata),
      JSON.stringify(task.messages),
      task.collaboration_log,
      JSON.stringify(toState(task)),
    ],
  );
  return row;
}

/** From this on the timeline tells what happens. */
function toState({ status, waiting_for, plan, current_step, error, metadata }: ImportedTask): TaskState {
  return { ...NEW_TASK, status, waiting_for, plan, current_step, error, metadata };
}

/** An entry in the timeline makes `updated_at` now; these tasks were changed last when the file says. */
async function restoreTimes(tx: Tx, tasks: readonly ImportedTask[]): Promise<void> {
  await tx.query(
    `update tasks set updated_at = old.updated_at
     from unnest($1::text[], $2::timestamptz[]) as old(id, updated_at) where tasks.id = old.id`,
    [tasks.map((task) => task.id), tasks.map((task) => task.updated_at.toISOString())],
  );
}
