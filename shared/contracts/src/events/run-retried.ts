import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunRetried = { job_id: string; step: number };

/** A step and all after it are made anew: the files are as they were before it. */
export const runRetried = defineEvent<RunRetried>({
  type: 'run.retried',
  topic: 'agent.events',
  doc: 'A step and all after it are made anew. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunRetried, true>({
    job_id: Joi.string().required(),
    step: Joi.number().integer().min(0).required(),
  }).unknown(),
  sample: { job_id: '0198f0c2-7a10-7000-8000-000000000002', step: 2 },
});
