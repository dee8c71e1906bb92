import { queuedShape } from '@builder-ai/contracts/shapes/job';
import { taskShape } from '@builder-ai/contracts/shapes/task';
import { endpoint } from '@builder-ai/platform/endpoint';
import type { Deps } from '../deps.ts';
import { JOB_ERRORS, runAndWait } from './request-run.ts';

/** Runs one step; the first run makes the plan before it. */
export const runTask = endpoint<Deps>({
  method: 'post',
  path: '/tasks/:id/run',
  access: 'task.run',
  summary: 'Runs one step and waits for it',
  answers: { 200: taskShape, 202: queuedShape },
  errors: [...JOB_ERRORS, 'APPROVAL_NEEDED', 'CALL_UNCERTAIN', 'BUDGET_EXHAUSTED', 'AI_UNAVAILABLE'],
  headers: { Prefer: '`respond-async`: answered at once with 202.' },
  handle: (context) => runAndWait(context, 'step'),
});
