import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type StepFailed = {
  step: number;
  error: string;
};

/** A step could not be done. Published by agent-service, consumed by task-service. */
export const stepFailed = defineEvent<StepFailed>({
  type: 'step.failed',
  topic: 'agent.events',
  doc: 'A step could not be done. Published by agent-service, consumed by task-service.',
  schema: Joi.object<StepFailed, true>({
    step: Joi.number().integer().min(0).required(),
    error: Joi.string().required(),
  }).unknown(),
  sample: {
    step: 0,
    error: 'The check failed',
  },
});
