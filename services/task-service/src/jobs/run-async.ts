import { queuedShape } from '@builder-ai/contracts/shapes/job';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { JOB_ERRORS, queued, requestRun } from './request-run.ts';

/** Runs to the end in the background. */
export const runAsync = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run-async',
  access: 'task.run',
  summary: 'Runs a task to its end in the background',
  answers: { 202: queuedShape },
  errors: [...JOB_ERRORS, 'APPROVAL_NEEDED'],
  async handle(context) {
    return queued(context.params.id as string, await requestRun(context, 'end'));
  },
});
