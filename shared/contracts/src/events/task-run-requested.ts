import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type TaskRunRequested = { owner_id: string };

/** An agent in chat runs a task of its user. */
export const taskRunRequested = defineEvent<TaskRunRequested>({
  type: 'task.run_requested',
  topic: 'task.requests',
  doc: 'An agent in chat runs a task of its user. Published by agent-service, consumed by task-service.',
  schema: Joi.object<TaskRunRequested, true>({ owner_id: Joi.string().required() }).unknown(),
  sample: { owner_id: 'local-owner' },
});
