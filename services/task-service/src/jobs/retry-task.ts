import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { entry } from '@builder-ai/platform/outbox';
import { AppError } from '@builder-ai/platform/problem';
import Joi from 'joi';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { JOB_ERRORS, queueJob } from './request-run.ts';

type RetryTask = { step?: number };

/** Makes a step and all after it anew, from the files as they were before it; also of a task that has ended. */
export const retryTask = endpoint<Deps, RetryTask>({
  method: 'post',
  path: '/tasks/:id/retry',
  access: 'task.run',
  summary: 'Makes a step, and all after it, anew',
  answers: { 200: taskShape },
  errors: [...JOB_ERRORS, 'NO_SUCH_STEP'],
  bodySample: { step: 1 },
  body: Joi.object<RetryTask, true>({
    step: Joi.number().integer().min(0).description('Its index; by default the first step that was not done.'),
  }),
  async handle(context) {
    const { deps, body, identity, params } = context;
    await queueJob(
      context,
      body,
      'end',
      (task, job_id, until) => {
        const undone = task.plan.findIndex(({ status }) => status !== 'completed');
        const last = undone === -1 ? task.plan.length - 1 : undone;
        const step = body.step ?? last;
        // An imported task has steps that nobody here has made.
        if (step < 0 || step > last || (task.plan[step]?.attempts === 0 && step !== last))
          throw new AppError('NO_SUCH_STEP');
        return entry(runRetryRequested, { job_id, until, step });
      },
      () => true,
    );
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
