import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunCompleted = {
  job_id: string;
};

/** All steps are done. Published by agent-service, consumed by task-service. */
export const runCompleted = defineEvent<RunCompleted>({
  type: 'run.completed',
  topic: 'agent.events',
  doc: 'All steps are done. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunCompleted, true>({
    job_id: Joi.string().required(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
  },
});
