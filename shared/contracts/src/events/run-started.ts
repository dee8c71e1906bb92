import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunStarted = {
  job_id: string;
  agent: string;
};

/** A worker began a run for a job. Published by agent-service, consumed by task-service. */
export const runStarted = defineEvent<RunStarted>({
  type: 'run.started',
  topic: 'agent.events',
  doc: 'A worker began a run for a job. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunStarted, true>({
    job_id: Joi.string().required(),
    agent: Joi.string().required(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    agent: 'template',
  },
});
