import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunCancelled = { job_id: string };

/** A run ended because its user wanted it to; everything made so far is kept. */
export const runCancelled = defineEvent<RunCancelled>({
  type: 'run.cancelled',
  topic: 'agent.events',
  doc: 'A run ended because its user wanted it to. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunCancelled, true>({ job_id: Joi.string().required() }).unknown(),
  sample: { job_id: '0198f0c2-7a10-7000-8000-000000000002' },
});
