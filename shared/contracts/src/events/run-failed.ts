import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunFailed = {
  job_id: string;
  error: string;
};

/** A run ended without reaching its goal; everything made so far is kept. Published by agent-service, consumed by task-service. */
export const runFailed = defineEvent<RunFailed>({
  type: 'run.failed',
  topic: 'agent.events',
  doc: 'A run ended without reaching its goal; everything made so far is kept. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunFailed, true>({
    job_id: Joi.string().required(),
    error: Joi.string().required(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    error: 'Step 2 failed: the check failed',
  },
});
