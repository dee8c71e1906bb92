// A job is one request to run a task. What the database keeps of it, and how it ends.
import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import type { JobAnswer, JobStatus, RunUntil, Task } from '@builder-ai/contracts/task';
import type { Queryable, Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import type { TaskRow } from '../tasks/task-row.ts';
import { toTask } from '../tasks/task-view.ts';

export type JobRow = {
  id: string;
  task_id: string;
  owner_id: string;
  until: RunUntil;
  status: JobStatus;
  error_code: ErrorCode | null;
  result: Task | { error: string } | null;
};

export async function findJob(db: Queryable, taskId: string, jobId: string): Promise<JobRow | undefined> {
  const [row] = await db.query<JobRow>('select * from jobs where task_id = $1 and id::text = $2', [taskId, jobId]);
  return row;
}

/** The job of a task that is queued or started; there is at most one. */
export async function findActiveJob(tx: Tx, taskId: string): Promise<JobRow | undefined> {
  const [row] = await tx.query<JobRow>(`select * from jobs where task_id = $1 and status in ('queued', 'started')`, [
    taskId,
  ]);
  return row;
}

/**
 * Waits until no other run of the project is being added: what is counted then still holds when it is.
 * @returns how many are queued or started
 */
export async function countActiveJobs(tx: Tx, ownerId: string): Promise<number> {
  await tx.query(`select pg_advisory_xact_lock(hashtextextended('jobs of ' || $1, 0))`, [ownerId]);
  const [row] = await tx.query<{ count: number }>(
    `select count(*) as count from jobs where owner_id = $1 and status in ('queued', 'started')`,
    [ownerId],
  );
  return row?.count ?? 0;
}

export async function insertJob(tx: Tx, task: TaskRow, jobId: string, until: RunUntil): Promise<void> {
  await tx.query('insert into jobs (id, task_id, owner_id, until) values ($1, $2, $3, $4)', [
    jobId,
    task.id,
    task.owner_id,
    until,
  ]);
}

/** Whether agent-service has a run of the task, or will have one: it was asked to run, or is a fork. */
export async function hasRun(tx: Tx, task: TaskRow): Promise<boolean> {
  if (task.parent_id !== null) return true;
  const rows = await tx.query('select 1 from jobs where task_id = $1 limit 1', [task.id]);
  return rows.length > 0;
}

/** How far the task's last job went: whatever goes on with the task goes as far. */
export async function findLastUntil(tx: Queryable, taskId: string): Promise<RunUntil> {
  const [job] = await tx.query<{ until: RunUntil }>(
    'select until from jobs where task_id = $1 order by created_at desc, id desc limit 1',
    [taskId],
  );
  return job?.until ?? 'end';
}

export async function startJob(tx: Tx, jobId: string): Promise<void> {
  await tx.query(
    `update jobs set status = 'started', started_at = clock_timestamp() where id = $1 and status = 'queued'`,
    [jobId],
  );
}

/** Ends the task's job, if one is active, with the Task as it stands now as its result. */
export async function endJob(
  deps: Deps,
  tx: Tx,
  task: TaskRow,
  status: 'succeeded' | 'failed' | 'cancelled',
  errorCode: ErrorCode | null = null,
): Promise<void> {
  const job = await findActiveJob(tx, task.id);
  if (!job) return;
  const [row] = await tx.query<TaskRow>('select * from tasks where id = $1', [task.id]);
  const result = await toTask(tx, row as TaskRow);
  await tx.query(
    `update jobs set status = $2, error_code = $3, result = $4, ended_at = clock_timestamp() where id = $1`,
    [job.id, status, errorCode, JSON.stringify(result)],
  );
  tx.afterCommit(() => deps.waiters.wake());
}

/** Of a task that is deleted no job goes on, and none has a result; whoever waits for one is told that there is no task. */
export async function endJobsOfDeleted(deps: Deps, tx: Tx, taskId: string): Promise<void> {
  await tx.query(
    `update jobs set result = $2, ended_at = coalesce(ended_at, clock_timestamp()),
       error_code = case when status in ('queued', 'started') then 'TASK_NOT_FOUND' else error_code end,
       status = case when status in ('queued', 'started') then 'failed' else status end
     where task_id = $1`,
    [taskId, JSON.stringify({ error: 'Task not found' })],
  );
  tx.afterCommit(() => deps.waiters.wake());
}

export function toJobAnswer(job: JobRow): JobAnswer {
  return { task_id: job.task_id, job_id: job.id, status: job.status, result: job.result };
}
