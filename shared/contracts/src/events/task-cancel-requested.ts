import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type TaskCancelRequested = { owner_id: string };

/** An agent in chat cancels a task of its user. */
export const taskCancelRequested = defineEvent<TaskCancelRequested>({
  type: 'task.cancel_requested',
  topic: 'task.requests',
  doc: 'An agent in chat cancels a task of its user. Published by agent-service, consumed by task-service.',
  schema: Joi.object<TaskCancelRequested, true>({ owner_id: Joi.string().required() }).unknown(),
  sample: { owner_id: 'local-owner' },
});
