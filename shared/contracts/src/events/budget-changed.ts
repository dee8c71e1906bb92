import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { RUN_UNTIL, type RunUntil } from '../task.ts';

export type BudgetChanged = {
  /** What the task may spend; null: no cap. */
  cap_micro_usd: number | null;
  /** The job that goes on with a run that waited for budget. */
  job: { job_id: string; until: RunUntil } | null;
};

/** A user changed what a task may spend. */
export const budgetChanged = defineEvent<BudgetChanged>({
  type: 'budget.changed',
  topic: 'task.commands',
  doc: 'A user changed what a task may spend. Published by task-service, consumed by agent-service.',
  schema: Joi.object<BudgetChanged, true>({
    cap_micro_usd: Joi.number().integer().min(0).allow(null).required(),
    job: Joi.object<NonNullable<BudgetChanged['job']>, true>({
      job_id: Joi.string().required(),
      until: Joi.string()
        .valid(...RUN_UNTIL)
        .required(),
    })
      .unknown()
      .allow(null)
      .required(),
  }).unknown(),
  sample: { cap_micro_usd: 2_000_000, job: null },
});
