import Joi from 'joi';
import { defineEvent, type EventDefinition } from '../event.ts';
import { LOG_LEVELS, type LogEntry } from '../task.ts';
import { budgetApplied } from './budget-applied.ts';
import { fileChanged } from './file-changed.ts';
import { messageAdded } from './message-added.ts';
import { planCreated } from './plan-created.ts';
import { planUpdated } from './plan-updated.ts';
import { reviewGiven } from './review-given.ts';
import { runCancelled } from './run-cancelled.ts';
import { runCompleted } from './run-completed.ts';
import { runFailed } from './run-failed.ts';
import { runResumed } from './run-resumed.ts';
import { runRetried } from './run-retried.ts';
import { runStarted } from './run-started.ts';
import { runWaiting } from './run-waiting.ts';
import { toolCalled } from './tool-called.ts';
import { toolFinished } from './tool-finished.ts';
import { usageRecorded } from './usage-recorded.ts';

// What task-service publishes on task.events: one event per timeline entry. Most say what the agent said; those here
// keep the original product's wording, in which `step` is the step's description.

export type StepStartedEntry = { step: string; index: number; agent: string; attempt: number };
export const stepStartedEntry = defineEvent<StepStartedEntry>({
  type: 'step.started',
  topic: 'task.events',
  doc: 'A step has begun: `step` is its description. Published by task-service, consumed by notification-service.',
  schema: Joi.object<StepStartedEntry, true>({
    step: Joi.string().required(),
    index: Joi.number().integer().min(0).required(),
    agent: Joi.string().required(),
    attempt: Joi.number().integer().min(1).required(),
  }).unknown(),
  sample: { step: 'Write the page', index: 0, agent: 'template', attempt: 1 },
});

export type StepCompletedEntry = {
  step: string;
  index: number;
  result: string;
  commit: string;
  cost_micro_usd: number;
  next_step: number | null;
};
export const stepCompletedEntry = defineEvent<StepCompletedEntry>({
  type: 'step.completed',
  topic: 'task.events',
  doc: 'A step is done: `step` is its description. Published by task-service, consumed by notification-service.',
  schema: Joi.object<StepCompletedEntry, true>({
    step: Joi.string().required(),
    index: Joi.number().integer().min(0).required(),
    result: Joi.string().allow('').required(),
    commit: Joi.string().required(),
    cost_micro_usd: Joi.number().integer().min(0).required(),
    next_step: Joi.number().integer().min(0).allow(null).required(),
  }).unknown(),
  sample: {
    step: 'Write the page',
    index: 0,
    result: 'Successfully created index.html',
    commit: '3f2504e0',
    cost_micro_usd: 0,
    next_step: 1,
  },
});

export type StepFailedEntry = { step: string; index: number; error: string };
export const stepFailedEntry = defineEvent<StepFailedEntry>({
  type: 'step.failed',
  topic: 'task.events',
  doc: 'A step could not be done. Published by task-service, consumed by notification-service.',
  schema: Joi.object<StepFailedEntry, true>({
    step: Joi.string().required(),
    index: Joi.number().integer().min(0).required(),
    error: Joi.string().required(),
  }).unknown(),
  sample: { step: 'Write the page', index: 0, error: 'The check failed' },
});

export type LogAddedEntry = Omit<LogEntry, 'seq' | 'timestamp'> & { seq: number; timestamp: string };
export const logAddedEntry = defineEvent<LogAddedEntry>({
  type: 'log.added',
  topic: 'task.events',
  doc: 'A log line: the data is the log entry. Published by task-service, consumed by notification-service.',
  schema: Joi.object<LogAddedEntry, true>({
    seq: Joi.number().integer().min(1).required(),
    timestamp: Joi.string().isoDate().required(),
    level: Joi.string()
      .valid(...LOG_LEVELS)
      .required(),
    agent: Joi.string().allow(null).required(),
    step: Joi.number().integer().min(0).allow(null).required(),
    message: Joi.string().allow('').required(),
  }).unknown(),
  sample: {
    seq: 7,
    timestamp: '2026-01-01T00:00:00.000Z',
    level: 'info',
    agent: 'template',
    step: 0,
    message: 'Wrote index.html',
  },
});

/** The same fact, told on by task-service with the task's `seq`. */
function onTimeline<Data>(event: EventDefinition<Data>): EventDefinition<Data> {
  const doc = event.doc.replace(/Published by .*/, 'Published by task-service, consumed by notification-service.');
  return { ...event, topic: 'task.events', doc };
}

export const runStartedEntry = onTimeline(runStarted);
export const runResumedEntry = onTimeline(runResumed);
export const planCreatedEntry = onTimeline(planCreated);
export const planUpdatedEntry = onTimeline(planUpdated);
export const reviewGivenEntry = onTimeline(reviewGiven);
export const messageAddedEntry = onTimeline(messageAdded);
export const toolCalledEntry = onTimeline(toolCalled);
export const toolFinishedEntry = onTimeline(toolFinished);
export const fileChangedEntry = onTimeline(fileChanged);
export const usageRecordedEntry = onTimeline(usageRecorded);

/** The task's own changes of status, in the task's words rather than the run's. */
export const taskWaiting = { ...onTimeline(runWaiting), type: 'task.waiting' };
export const taskCompleted = { ...onTimeline(runCompleted), type: 'task.completed' };
export const taskCancelled = { ...onTimeline(runCancelled), type: 'task.cancelled' };
export const taskRetried = { ...onTimeline(runRetried), type: 'task.retried' };
export const budgetChangedEntry = { ...onTimeline(budgetApplied), type: 'budget.changed' };
export const taskFailed = { ...onTimeline(runFailed), type: 'task.failed' };

export type TaskForkedEntry = { title: string; goal: string; parent_id: string; parent_seq: number };
export const taskForkedEntry = defineEvent<TaskForkedEntry>({
  type: 'task.forked',
  topic: 'task.events',
  doc: 'A task was made from another one as that was at `parent_seq`: entry 1 of its timeline. Published by task-service, consumed by notification-service.',
  schema: Joi.object<TaskForkedEntry, true>({
    title: Joi.string().required(),
    goal: Joi.string().required(),
    parent_id: Joi.string().required(),
    parent_seq: Joi.number().integer().min(1).required(),
  }).unknown(),
  sample: {
    title: 'Landing page',
    goal: 'build a landing page',
    parent_id: '0198f0c2-7a10-7000-8000-000000000001',
    parent_seq: 41,
  },
});

export type TaskDeletedEntry = { deleted_by: string };
export const taskDeletedEntry = defineEvent<TaskDeletedEntry>({
  type: 'task.deleted',
  topic: 'task.events',
  doc: 'A task was deleted: nothing of it is kept but this. Published by task-service, consumed by notification-service.',
  schema: Joi.object<TaskDeletedEntry, true>({ deleted_by: Joi.string().required() }).unknown(),
  sample: { deleted_by: 'local-owner' },
});
