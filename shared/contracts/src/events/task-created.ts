import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { TASK_TYPES, type TaskType } from '../task.ts';

export type TaskCreated = { title: string; goal: string; type: TaskType; project_id: string | null };

/** A task exists: entry 1 of its timeline. Published by task-service, consumed by notification-service. */
export const taskCreated = defineEvent<TaskCreated>({
  type: 'task.created',
  topic: 'task.events',
  doc: 'A task exists: entry 1 of its timeline. Published by task-service, consumed by notification-service.',
  schema: Joi.object<TaskCreated, true>({
    title: Joi.string().required(),
    goal: Joi.string().required(),
    type: Joi.string()
      .valid(...TASK_TYPES)
      .required(),
    project_id: Joi.string().allow(null).required(),
  }).unknown(),
  sample: { title: 'Landing page', goal: 'build a landing page', type: 'build', project_id: null },
});
