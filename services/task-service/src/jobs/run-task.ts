import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { runAndWait } from './request-run.ts';

/** Runs one step; the first run makes the plan before it. */
export const runTask = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run',
  access: 'task.run',
  handle: (context) => runAndWait(context, 'step'),
});
