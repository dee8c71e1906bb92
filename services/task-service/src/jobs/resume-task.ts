import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import { AppError } from '@builder-ai/platform/problem';
import type { Deps } from '../deps.ts';
import { getTaskView } from '../tasks/find-task.ts';
import { findLastUntil } from './job.ts';
import { JOB_ERRORS, queueJob, runCommand } from './request-run.ts';

/** Goes on with a task that was paused, as far as it was to go. */
export const resumeTask = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/resume',
  access: 'task.run',
  summary: 'Goes on with a task that was paused',
  answers: { 200: taskShape },
  errors: [...JOB_ERRORS, 'NOT_PAUSED'],
  async handle(context) {
    const { deps, identity, params } = context;
    await queueJob(
      context,
      null,
      (tx, task) => findLastUntil(tx, task.id),
      (task, jobId, until) => {
        if (task.waiting_for !== 'resume') throw new AppError('NOT_PAUSED');
        return runCommand(task, jobId, until);
      },
    );
    return { status: 200, body: await getTaskView(deps, identity, params.id as string) };
  },
});
