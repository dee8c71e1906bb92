// What run, run-all and run-async have in common: a job and the command to run it, in one transaction.
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import type { QueuedAnswer } from '@builder-ai/contracts/shapes/job';
import type { RunUntil, Task, TaskStatus } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { Answer, EndpointContext } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type OutboxEntry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { changeTask } from '../tasks/change-task.ts';
import { mayRun } from '../tasks/task.ts';
import type { LockedTask, TaskRow } from '../tasks/task-row.ts';
import { countActiveJobs, findActiveJob, findJob, insertJob, type JobRow } from './job.ts';

type RunContext = EndpointContext<Deps, unknown, unknown>;

/** What asking for a run can meet. */
export const JOB_ERRORS = ['TASK_NOT_FOUND', 'TASK_ENDED', 'TASK_BUSY', 'RATE_LIMITED'] as const;

/**
 * Queues a run of the task.
 * @returns the job's id
 * @throws AppError TASK_NOT_FOUND, TASK_ENDED, TASK_BUSY (a job of it is queued or running), RATE_LIMITED (the project has
 *   as many as it may)
 */
export async function requestRun(context: RunContext, until: RunUntil): Promise<string> {
  return queueJob(context, until, until, toRunCommand);
}

type ToCommand = (
  task: LockedTask,
  jobId: string,
  until: RunUntil,
  tx: Tx,
) => OutboxEntry<never> | Promise<OutboxEntry<never>>;

/** @throws AppError APPROVAL_NEEDED when that has to come first */
export function toRunCommand(task: TaskRow, jobId: string, until: RunUntil): OutboxEntry<never> {
  if (task.waiting_for === 'approval') throw new AppError('APPROVAL_NEEDED');
  return runCommand(task, jobId, until);
}

/** The command that runs a task, with all that agent-service needs to know of it. */
export function runCommand(task: TaskRow, jobId: string, until: RunUntil): OutboxEntry<never> {
  const { owner_id, goal, type: task_type, agent_mode, approval, cap_micro_usd, plan } = task;
  return entry(runRequested, {
    job_id: jobId,
    owner_id,
    goal,
    task_type,
    until,
    agent_mode,
    approval,
    cap_micro_usd,
    ...(plan.length > 0 && { steps: plan.map(({ description }) => description) }),
  });
}

/**
 * Makes a job of the task, and the command that tells agent-service of it, in one transaction.
 * @param body what makes two requests with one Idempotency-Key the same
 * @param toCommand checks the task as well: it may throw an AppError
 * @param mayGoOn whether a task of this status may be gone on with
 * @throws AppError TASK_NOT_FOUND, TASK_ENDED, TASK_BUSY (a job of it is queued or running), RATE_LIMITED (the project has
 *   as many as it may)
 */
export async function queueJob(
  context: EndpointContext<Deps, unknown, unknown>,
  body: unknown,
  until: RunUntil | ((tx: Tx, task: TaskRow) => Promise<RunUntil>),
  toCommand: ToCommand,
  mayGoOn: (status: TaskStatus) => boolean = mayRun,
): Promise<string> {
  return changeTask(context, body, (tx, task) => addJob(context.deps, tx, task, until, toCommand, mayGoOn));
}

/** The same, inside a transaction that holds the task's lock. */
export async function addJob(
  deps: Deps,
  tx: Tx,
  task: LockedTask,
  until: RunUntil | ((tx: Tx, task: TaskRow) => Promise<RunUntil>),
  toCommand: ToCommand,
  mayGoOn: (status: TaskStatus) => boolean = mayRun,
): Promise<string> {
  if (!mayGoOn(task.status)) throw new AppError('TASK_ENDED');
  if (await findActiveJob(tx, task.id)) throw new AppError('TASK_BUSY');
  if ((await countActiveJobs(tx, task.owner_id)) >= deps.runsPerProject) throw tooManyRuns(deps.runsPerProject);
  const reach = typeof until === 'function' ? await until(tx, task) : until;
  const jobId = newId();
  const command = await toCommand(task, jobId, reach, tx);
  await insertJob(tx, task, jobId, reach);
  await deps.outbox.add(tx, task.id, [{ ...command, ownerId: task.owner_id }]);
  return jobId;
}

function tooManyRuns(most: number): AppError {
  const detail = `${most} runs of this project are queued or running: wait for the end of one.`;
  return new AppError('RATE_LIMITED', { detail, headers: { 'retry-after': '5' } });
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
