import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type StepStarted = {
  step: number;
  description: string;
  agent: string;
  attempt: number;
};

/** A step has begun. Published by agent-service, consumed by task-service. */
export const stepStarted = defineEvent<StepStarted>({
  type: 'step.started',
  topic: 'agent.events',
  doc: 'A step has begun. Published by agent-service, consumed by task-service.',
  schema: Joi.object<StepStarted, true>({
    step: Joi.number().integer().min(0).required(),
    description: Joi.string().required(),
    agent: Joi.string().required(),
    attempt: Joi.number().integer().min(1).required(),
  }).unknown(),
  sample: {
    step: 0,
    description: 'Write the page',
    agent: 'template',
    attempt: 1,
  },
});
