import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { RUN_UNTIL, type RunUntil } from '../task.ts';

export type RunRetryRequested = {
  /** The job that goes on with the run. */
  job_id: string;
  until: RunUntil;
  /** Index of the first step that is made anew; the files are as they were before it. */
  step: number;
};

/** A user wants the run to go on from an earlier step, also when it has ended. */
export const runRetryRequested = defineEvent<RunRetryRequested>({
  type: 'run.retry_requested',
  topic: 'task.commands',
  doc: 'A user wants a step and all after it made anew. Published by task-service, consumed by agent-service.',
  schema: Joi.object<RunRetryRequested, true>({
    job_id: Joi.string().required(),
    until: Joi.string()
      .valid(...RUN_UNTIL)
      .required(),
    step: Joi.number().integer().min(0).required(),
  }).unknown(),
  sample: { job_id: '0198f0c2-7a10-7000-8000-000000000002', until: 'end', step: 2 },
});
