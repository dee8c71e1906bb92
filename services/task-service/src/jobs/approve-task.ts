import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { editPlan, type PlanEdit, planEditSchema } from '../tasks/plan-edit.ts';
import { findLastUntil } from './job.ts';
import { JOB_ERRORS, queueJob } from './request-run.ts';

type ApproveTask = { plan?: PlanEdit };

/** Says yes to what the task waits with: its plan, as it is or edited, its next step, or a step as it was made. */
export const approveTask = endpoint<Deps, ApproveTask>({
  method: 'post',
  path: '/tasks/:id/approve',
  access: 'task.run',
  summary: 'Approves what a task waits with',
  answers: { 200: taskShape },
  errors: [...JOB_ERRORS, 'NOTHING_TO_APPROVE'],
  bodySample: {},
  body: Joi.object<ApproveTask, true>({ plan: planEditSchema }),
  async handle(context) {
    const { deps, body, identity, params } = context;
    await queueJob(
      context,
      body,
      (tx, task) => findLastUntil(tx, task.id),
      async (task, job_id, until, tx) => {
        if (task.waiting_for !== 'approval') throw new AppError('NOTHING_TO_APPROVE');
        if (body.plan) await editPlan(tx, deps.outbox, task, body.plan);
        return entry(planApproved, { job_id, until, steps: task.plan.map(({ description }) => description) });
      },
    );
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
