import Joi from 'joi';
import { defineShape } from '../shape.ts';
import { JOB_STATUSES, type JobAnswer } from '../task.ts';
import { id, SAMPLE_ID, text } from './fields.ts';
import { taskShape } from './task.ts';

export type QueuedAnswer = { task_id: string; job_id: string; status: 'queued'; message: string };

export const queuedShape = defineShape<QueuedAnswer>({
  name: 'QueuedJob',
  schema: Joi.object<QueuedAnswer, true>({
    task_id: id,
    job_id: id,
    status: Joi.string().valid('queued').required(),
    message: text,
  }),
  sample: {
    task_id: SAMPLE_ID,
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    status: 'queued',
    message: 'Task queued for execution',
  },
});

export const jobShape = defineShape<JobAnswer>({
  name: 'Job',
  schema: Joi.object<JobAnswer, true>({
    task_id: id,
    job_id: id,
    status: Joi.string()
      .valid(...JOB_STATUSES)
      .required(),
    result: Joi.alternatives(taskShape.schema, Joi.object({ error: text }), Joi.valid(null))
      .required()
      .description('The task as it stood at the end; null before.'),
  }),
  sample: {
    task_id: SAMPLE_ID,
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    status: 'started',
    result: null,
  },
});
