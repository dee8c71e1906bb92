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
  status: 'succeeded' | 'failed',
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

export function toJobAnswer(job: JobRow): JobAnswer {
  return { task_id: job.task_id, job_id: job.id, status: job.status, result: job.result };
}
