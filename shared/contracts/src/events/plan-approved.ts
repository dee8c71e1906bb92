import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { RUN_UNTIL, type RunUntil } from '../task.ts';

export type PlanApproved = {
  /** The job that goes on with the run. */
  job_id: string;
  until: RunUntil;
  /** The descriptions of all steps, as the user has read them. */
  steps: string[];
};

/** A user approved the plan, the next step, or a step that its reviewer did not. */
export const planApproved = defineEvent<PlanApproved>({
  type: 'plan.approved',
  topic: 'task.commands',
  doc: 'A user approved what the run waits with. Published by task-service, consumed by agent-service.',
  schema: Joi.object<PlanApproved, true>({
    job_id: Joi.string().required(),
    until: Joi.string()
      .valid(...RUN_UNTIL)
      .required(),
    steps: Joi.array().items(Joi.string()).min(1).required(),
  }).unknown(),
  sample: { job_id: '0198f0c2-7a10-7000-8000-000000000002', until: 'end', steps: ['Write the page'] },
});
