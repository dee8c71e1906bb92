// What the states of old tasks and steps are called here. Pure.
import type { StepStatus, TaskStatus } from '@builder-ai/contracts/task';
import { RowFault, toQuote, toWord } from './old-value.ts';

const TASK_STATUS = toMap<TaskStatus>({
  queued: 'queued',
  pending: 'queued',
  new: 'queued',
  created: 'queued',
  todo: 'queued',
  in_progress: 'in_progress',
  running: 'in_progress',
  started: 'in_progress',
  executing: 'in_progress',
  planning: 'in_progress',
  waiting: 'waiting',
  paused: 'waiting',
  blocked: 'waiting',
  completed: 'completed',
  complete: 'completed',
  done: 'completed',
  finished: 'completed',
  success: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  cancelled: 'cancelled',
  canceled: 'cancelled',
  aborted: 'cancelled',
  revoked: 'cancelled',
});

/**
 * A task without a status is queued.
 * @throws RowFault when it is unknown: a guess could have a finished task run again
 */
export function toStatus(value: unknown): TaskStatus {
  if (value === null || value === undefined) return 'queued';
  const status = TASK_STATUS.get(toWord(value) ?? '');
  if (!status) throw new RowFault(`${toQuote(value)} is not known`);
  return status;
}

const STEP_STATUS = toMap<StepStatus>({
  completed: 'completed',
  complete: 'completed',
  done: 'completed',
  finished: 'completed',
  success: 'completed',
  succeeded: 'completed',
  failed: 'failed',
  failure: 'failed',
  error: 'failed',
  skipped: 'skipped',
  cancelled: 'skipped',
  canceled: 'skipped',
  pending: 'pending',
  queued: 'pending',
  todo: 'pending',
  not_started: 'pending',
  // Nobody works on an imported task: a step that had been begun will be begun again.
  in_progress: 'pending',
  running: 'pending',
  started: 'pending',
  waiting: 'pending',
});

/** Undefined where the step's state has to be taken from the task's. */
export function findStepStatus(value: unknown): StepStatus | undefined {
  return STEP_STATUS.get(toWord(value) ?? '');
}

/** Not an object: the file may say `constructor`, which every object has. */
function toMap<T>(words: Record<string, T>): ReadonlyMap<string, T> {
  return new Map(Object.entries(words));
}
