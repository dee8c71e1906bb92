// The invariants of tasks: a timeline has no gap, the row is at its end, and is the fold of it.
import { isDeepStrictEqual } from 'node:util';
import type { Database, Queryable } from '@builder-ai/platform/database';
import { type Finding, finder } from '@builder-ai/platform/doctor/finding';
import type { TaskState } from '../tasks/task.ts';
import { foldTimeline, NEW_TASK, PROJECTED_TYPES, type ProjectedEntry } from '../tasks/task-projection.ts';
import type { TaskRow } from '../tasks/task-row.ts';

const SERVICE = 'task-service';
const PAGE = 200;

/** Looks at every task; each is read as it is at one moment, so it may be running meanwhile. */
export async function checkTasks(db: Database): Promise<Finding[]> {
  const findings = [...(await checkGaps(db)), ...(await checkDeleted(db)), ...(await checkJobs(db))];
  for (let after = ''; ; ) {
    const page = await db.query<{ id: string }>(
      'select id from tasks where id > $1 and deleted_at is null order by id limit $2',
      [after, PAGE],
    );
    for (const { id } of page) {
      const differing = await findDifference(db, id);
      const found = finder(SERVICE, 'projection', true);
      if (differing) findings.push(found(id, `the row differs from its timeline in: ${differing.join(', ')}`));
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return findings;
    after = last.id;
  }
}

async function checkDeleted(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'deleted-task');
  const rows = await db.query<{ id: string; n: number }>(
    `select tasks.id, count(*) as n from tasks join timeline on timeline.task_id = tasks.id
     where tasks.deleted_at is not null group by tasks.id`,
  );
  return rows.map(({ id, n }) => found(id, `the task is deleted, yet its timeline has ${n} entries`));
}

async function checkGaps(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'timeline-gap');
  const rows = await db.query<{ id: string; seq: number; n: number; last: number }>(
    `select tasks.id, tasks.seq, count(timeline.seq) as n, coalesce(max(timeline.seq), 0) as last
     from tasks left join timeline on timeline.task_id = tasks.id
     where tasks.deleted_at is null group by tasks.id having count(timeline.seq) <> tasks.seq or coalesce(max(timeline.seq), 0) <> tasks.seq`,
  );
  return rows.map(({ id, seq, n, last }) =>
    found(id, `the task is at ${seq}; its timeline has ${n} entries up to ${last}`),
  );
}

async function checkJobs(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'job');
  const rows = await db.query<{ id: string; task_id: string; status: string }>(
    `select jobs.id, jobs.task_id, tasks.status from jobs join tasks on tasks.id = jobs.task_id
     where jobs.status in ('queued', 'started') and tasks.status in ('completed', 'failed', 'cancelled')`,
  );
  return rows.map(({ id, task_id, status }) => found(task_id, `job ${id} goes on although the task is ${status}`));
}

/** The names of the columns that are not what the timeline says; undefined when there are none. */
async function findDifference(db: Database, id: string): Promise<string[] | undefined> {
  return db.transaction(async (tx) => {
    // Row and timeline as they are at one moment.
    await tx.query('set transaction isolation level repeatable read, read only');
    const [row] = await tx.query<TaskRow & { base: TaskState | null }>('select * from tasks where id = $1', [id]);
    return row && differenceOf(row, await foldOf(tx, id, row.base));
  });
}

export function differenceOf(row: TaskState, folded: TaskState): string[] | undefined {
  // The client's own metadata is no part of the timeline.
  const fields = (Object.keys(NEW_TASK) as (keyof TaskState)[]).filter((field) => field !== 'metadata');
  const differing = fields.filter((field) => !isDeepStrictEqual(row[field], folded[field]));
  return differing.length > 0 ? differing : undefined;
}

/** What the timeline says the task is. */
export async function foldOf(db: Queryable, id: string, base: TaskState | null): Promise<TaskState> {
  const entries = await db.query<Omit<ProjectedEntry, 'timestamp'> & { timestamp: Date }>(
    'select event_type, data, timestamp from timeline where task_id = $1 and event_type = any($2) order by seq',
    [id, PROJECTED_TYPES],
  );
  return foldTimeline(
    entries.map((entry) => ({ ...entry, timestamp: entry.timestamp.toISOString() })),
    base ?? NEW_TASK,
  );
}
