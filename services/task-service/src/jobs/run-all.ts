import { queuedShape } from '@builder-ai/contracts/shapes/job';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { JOB_ERRORS, runAndWait } from './request-run.ts';

/** Runs to the end, from wherever the task is. */
export const runAll = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run-all',
  access: 'task.run',
  summary: 'Runs a task to its end and waits for it',
  answers: { 200: taskShape, 202: queuedShape },
  errors: [...JOB_ERRORS, 'APPROVAL_NEEDED', 'CALL_UNCERTAIN', 'BUDGET_EXHAUSTED', 'AI_UNAVAILABLE'],
  headers: { Prefer: '`respond-async`: answered at once with 202.' },
  handle: (context) => runAndWait(context, 'end'),
});
