import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { RUN_UNTIL, type RunUntil } from '../task.ts';

/** `until`: how far; left out, to the end. */
export type TaskRunRequested = { owner_id: string; until?: RunUntil };

/** An agent in chat runs a task of its user, or the budget of a project was raised that a task of it waited for. */
export const taskRunRequested = defineEvent<TaskRunRequested>({
  type: 'task.run_requested',
  topic: 'task.requests',
  doc: 'An agent in chat runs a task of its user, or a project’s budget was raised that the task waited for. Published by agent-service, consumed by task-service.',
  schema: Joi.object<TaskRunRequested, true>({
    owner_id: Joi.string().required(),
    until: Joi.string().valid(...RUN_UNTIL),
  }).unknown(),
  sample: { owner_id: 'local-owner' },
});
