import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type StepCompleted = {
  step: number;
  result: string;
  commit: string;
  cost_micro_usd: number;
  next_step: number | null;
};

/** A step is done and its files are committed. Published by agent-service, consumed by task-service. */
export const stepCompleted = defineEvent<StepCompleted>({
  type: 'step.completed',
  topic: 'agent.events',
  doc: 'A step is done and its files are committed. Published by agent-service, consumed by task-service.',
  schema: Joi.object<StepCompleted, true>({
    step: Joi.number().integer().min(0).required(),
    result: Joi.string().allow('').required(),
    commit: Joi.string().required(),
    cost_micro_usd: Joi.number().integer().min(0).required(),
    next_step: Joi.number().integer().min(0).allow(null).required(),
  }).unknown(),
  sample: {
    step: 0,
    result: 'Successfully created index.html',
    commit: '3f2504e04f8911d39a0c0305e82c3301aabbccdd',
    cost_micro_usd: 0,
    next_step: 1,
  },
});
