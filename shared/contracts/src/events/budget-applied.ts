import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type BudgetApplied = { cap_micro_usd: number | null };

/** A changed cap holds from now on. */
export const budgetApplied = defineEvent<BudgetApplied>({
  type: 'budget.applied',
  topic: 'agent.events',
  doc: 'A changed cap holds from now on. Published by agent-service, consumed by task-service.',
  schema: Joi.object<BudgetApplied, true>({
    cap_micro_usd: Joi.number().integer().min(0).allow(null).required(),
  }).unknown(),
  sample: { cap_micro_usd: 2_000_000 },
});
