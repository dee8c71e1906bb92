import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type UsageRecorded = {
  step: number | null;
  agent: string;
  model: string;
  input_tokens: number;
  output_tokens: number;
  cost_micro_usd: number;
  /** `unknown`: interrupted before its answer was kept, and counted with the worst it can have cost. */
  outcome?: 'answered' | 'unknown';
  /** The message whose deltas have ended with this. */
  message_id?: string;
};

/** A model call was paid. Published by agent-service, consumed by task-service. */
export const usageRecorded = defineEvent<UsageRecorded>({
  type: 'usage.recorded',
  topic: 'agent.events',
  doc: 'A model call was paid. Published by agent-service, consumed by task-service.',
  schema: Joi.object<UsageRecorded, true>({
    step: Joi.number().integer().min(0).allow(null).required(),
    agent: Joi.string().required(),
    model: Joi.string().required(),
    input_tokens: Joi.number().integer().min(0).required(),
    output_tokens: Joi.number().integer().min(0).required(),
    cost_micro_usd: Joi.number().integer().min(0).required(),
    outcome: Joi.string().valid('answered', 'unknown'),
    message_id: Joi.string(),
  }).unknown(),
  sample: {
    step: 0,
    agent: 'template',
    model: 'template',
    input_tokens: 0,
    output_tokens: 0,
    cost_micro_usd: 0,
    outcome: 'answered',
  },
});
