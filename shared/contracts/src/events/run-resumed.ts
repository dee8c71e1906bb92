import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type RunResumed = {
  job_id: string;
  epoch: number;
};

/** Another worker took a run over after its worker died. Published by agent-service, consumed by task-service. */
export const runResumed = defineEvent<RunResumed>({
  type: 'run.resumed',
  topic: 'agent.events',
  doc: 'Another worker took a run over after its worker died. Published by agent-service, consumed by task-service.',
  schema: Joi.object<RunResumed, true>({
    job_id: Joi.string().required(),
    epoch: Joi.number().integer().min(1).required(),
  }).unknown(),
  sample: {
    job_id: '0198f0c2-7a10-7000-8000-000000000002',
    epoch: 2,
  },
});
