import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { runAndWait } from './request-run.ts';

/** Runs to the end, from wherever the task is. */
export const runAll = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run-all',
  access: 'task.run',
  handle: (context) => runAndWait(context, 'end'),
});
