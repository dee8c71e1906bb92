import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type TaskDeleted = {
  /** The user who wanted it. */
  deleted_by: string;
  /** The newest tasks that were made from this one: what they take from it stays until they have it. */
  forks: string[];
};

/** A task was deleted: its run ends, and all that was made goes. No other command of the task follows. */
export const taskDeleted = defineEvent<TaskDeleted>({
  type: 'task.deleted',
  topic: 'task.commands',
  doc: 'A task was deleted: its run ends now, and all that was made of it goes. Published by task-service, consumed by agent-service.',
  schema: Joi.object<TaskDeleted, true>({
    deleted_by: Joi.string().required(),
    forks: Joi.array().items(Joi.string()).required(),
  }).unknown(),
  sample: { deleted_by: 'local-owner', forks: ['0198f0c2-7a10-7000-8000-000000000002'] },
});
