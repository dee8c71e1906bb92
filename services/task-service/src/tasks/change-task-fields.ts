import { setTimeout as delay } from 'node:timers/promises';
import { budgetChanged } from '@builder-ai/contracts/events/budget-changed';
import { budgetChangedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import type { Tx } from '@builder-ai/platform/database';
import { endpoint } from '@builder-ai/platform/endpoint';
import { newId } from '@builder-ai/platform/new-id';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { findActiveJob, findLastUntil, hasRun, insertJob } from '../jobs/job.ts';
import { changeTask } from './change-task.ts';
import { getTaskView } from './find-task.ts';
import { editPlan, type PlanEdit, planEditSchema } from './plan-edit.ts';
import { type LockedTask, setCap } from './task-row.ts';
import { appendToTimeline } from './timeline.ts';

type ChangeTask = { budget?: { cap_micro_usd: number | null }; plan?: PlanEdit };

const APPLIED_LIMIT_MS = 2_000;
const POLL_MS = 25;

/**
 * Changes the cap, which holds from the answer on, or the plan while nobody runs it. A task that waited for budget goes on
 * by itself. 202 when agent-service has not said in time that the cap holds: it will.
 */
export const changeTaskFields = endpoint<Deps, ChangeTask>({
  method: 'patch',
  path: '/tasks/:id',
  access: 'task.run',
  summary: 'Changes the budget, or the plan while nobody runs it',
  answers: { 200: taskShape, 202: taskShape },
  errors: ['TASK_NOT_FOUND', 'TASK_BUSY', 'PLAN_CHANGED'],
  bodySample: { budget: { cap_micro_usd: 2_000_000 } },
  headers: { 'If-Match': 'The ETag of the task as it was read: a plan that has changed since is not overwritten.' },
  body: Joi.object<ChangeTask, true>({
    budget: Joi.object({ cap_micro_usd: Joi.number().integer().min(0).allow(null).required() }),
    plan: planEditSchema,
  }).min(1),
  async handle(context) {
    const { deps, body, identity, params, request } = context;
    const { budget, plan } = body;
    const id = params.id as string;
    const ifMatch = request.get('if-match');
    const applies = await changeTask(context, body, async (tx, task) => {
      if (plan) await changePlan(deps, tx, task, plan, ifMatch);
      return budget ? changeBudget(deps, tx, task, budget.cap_micro_usd) : true;
    });
    const applied = applies || (await isApplied(deps, id, budget?.cap_micro_usd ?? null));
    return { status: applied ? 200 : 202, body: await getTaskView(deps, identity, id) };
  },
});

async function changePlan(deps: Deps, tx: Tx, task: LockedTask, plan: PlanEdit, ifMatch?: string): Promise<void> {
  if (await findActiveJob(tx, task.id)) throw new AppError('TASK_BUSY');
  if (ifMatch !== undefined && ifMatch !== '*' && ifMatch !== `"${task.seq}"`) throw new AppError('PLAN_CHANGED');
  await editPlan(tx, deps.outbox, task, plan);
}

/** @returns whether it holds already */
async function changeBudget(deps: Deps, tx: Tx, task: LockedTask, cap_micro_usd: number | null): Promise<boolean> {
  if (!(await hasRun(tx, task))) {
    await appendToTimeline(tx, deps.outbox, task, budgetChangedEntry, { cap_micro_usd });
    await setCap(tx, task.id, cap_micro_usd);
    return true;
  }
  const waits = task.waiting_for === 'budget' && !(await findActiveJob(tx, task.id));
  const job = waits ? { job_id: newId(), until: await findLastUntil(tx, task.id) } : null;
  if (job) await insertJob(tx, task, job.job_id, job.until);
  await deps.outbox.add(tx, task.id, [entry(budgetChanged, { cap_micro_usd, job }, { ownerId: task.owner_id })]);
  return false;
}

async function isApplied(deps: Deps, id: string, cap: number | null): Promise<boolean> {
  const deadline = performance.now() + APPLIED_LIMIT_MS;
  while (performance.now() < deadline) {
    const [row] = await deps.db.query<{ cap: number | null }>('select cap_micro_usd as cap from tasks where id = $1', [
      id,
    ]);
    if (row?.cap === cap) return true;
    await delay(POLL_MS);
  }
  return false;
}
