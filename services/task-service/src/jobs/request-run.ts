// What run, run-all and run-async have in common: a job and the command to run it, in one transaction.
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import type { RunUntil, Task } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { Answer, EndpointContext } from '@builder-ai/platform/endpoint';
import { once } from '@builder-ai/platform/idempotency';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type OutboxEntry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { maySee } from '../tasks/find-task.ts';
import { mayRun } from '../tasks/task.ts';
import { lockTask, type TaskRow } from '../tasks/task-row.ts';
import { findActiveJob, findJob, type JobRow } from './job.ts';

type RunContext = EndpointContext<Deps, unknown, unknown>;

export type QueuedAnswer = { task_id: string; job_id: string; status: 'queued'; message: string };

/**
 * Queues a run of the task.
 * @returns the job's id
 * @throws AppError TASK_NOT_FOUND, TASK_ENDED, TASK_BUSY (a job of it is queued or running)
 */
export async function requestRun(context: RunContext, until: RunUntil): Promise<string> {
  return queueJob(context, until, until, (task, jobId) => {
    const { owner_id, goal, type: task_type, agent_mode, cap_micro_usd } = task;
    return entry(runRequested, { job_id: jobId, owner_id, goal, task_type, until, agent_mode, cap_micro_usd });
  });
}

/**
 * Makes a job of the task, and the command that tells agent-service of it, in one transaction.
 * @param body what makes two requests with one Idempotency-Key the same
 * @param toCommand checks the task as well: it may throw an AppError
 * @throws AppError TASK_NOT_FOUND, TASK_ENDED, TASK_BUSY (a job of it is queued or running)
 */
export async function queueJob(
  { deps, identity, params, request }: EndpointContext<Deps, unknown, unknown>,
  body: unknown,
  until: RunUntil | ((tx: Tx, task: TaskRow) => Promise<RunUntil>),
  toCommand: (task: TaskRow, jobId: string, until: RunUntil) => OutboxEntry<never>,
): Promise<string> {
  const taskId = params.id as string;
  const key = {
    ownerId: identity.userId,
    operation: `${request.route.path} ${taskId}`,
    key: request.get('idempotency-key'),
    body,
  };
  return deps.db.transaction(async (tx) => {
    const task = await lockTask(tx, taskId);
    if (!task || task.deleted_at || !maySee(identity, task)) throw new AppError('TASK_NOT_FOUND');
    return once(tx, key, async () => {
      if (!mayRun(task.status)) throw new AppError('TASK_ENDED');
      if (await findActiveJob(tx, taskId)) throw new AppError('TASK_BUSY');
      const jobId = newId();
      const reach = typeof until === 'function' ? await until(tx, task) : until;
      const command = toCommand(task, jobId, reach);
      await tx.query('insert into jobs (id, task_id, owner_id, until) values ($1, $2, $3, $4)', [
        jobId,
        taskId,
        task.owner_id,
        reach,
      ]);
      await deps.outbox.add(tx, taskId, [{ ...command, ownerId: task.owner_id }]);
      return jobId;
    });
  });
}

/** The 202 answer of a run that goes on by itself. */
export function queued(taskId: string, jobId: string): Answer {
  const body: QueuedAnswer = { task_id: taskId, job_id: jobId, status: 'queued', message: 'Task queued for execution' };
  return { status: 202, body, headers: { location: `/tasks/${taskId}/job-status/${jobId}` } };
}

/**
 * Queues a run and waits for its end: 200 with the Task, or 202 when the client prefers that or the wait is too long.
 * A client that hangs up does not stop the run.
 * @throws AppError AI_UNAVAILABLE when the run stopped because no model could be reached
 */
export async function runAndWait(context: RunContext, until: RunUntil): Promise<Answer> {
  const { deps, params, request } = context;
  const taskId = params.id as string;
  const jobId = await requestRun(context, until);
  if (/(^|,)\s*respond-async\b/i.test(request.get('prefer') ?? '')) return queued(taskId, jobId);
  if (!(await deps.waiters.waitForEnd(jobId, deps.runWaitMs))) return queued(taskId, jobId);
  const job = (await findJob(deps.db, taskId, jobId)) as JobRow;
  if (job.error_code) throw new AppError(job.error_code, { detail: detailOf(job), headers: { 'retry-after': '10' } });
  return { status: 200, body: job.result };
}

function detailOf(job: JobRow): string | undefined {
  const error = (job.result as Task | { error: string } | null)?.error;
  return error ?? undefined;
}
