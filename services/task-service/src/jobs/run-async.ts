import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { queued, requestRun } from './request-run.ts';

/** Runs to the end in the background. */
export const runAsync = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run-async',
  access: 'task.run',
  async handle(context) {
    return queued(context.params.id as string, await requestRun(context, 'end'));
  },
});
