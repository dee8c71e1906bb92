import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type PlanCreated = {
  agent: string;
  source: string;
  steps: { description: string }[];
};

/** The planner made the plan. Published by agent-service, consumed by task-service. */
export const planCreated = defineEvent<PlanCreated>({
  type: 'plan.created',
  topic: 'agent.events',
  doc: 'The planner made the plan. Published by agent-service, consumed by task-service.',
  schema: Joi.object<PlanCreated, true>({
    agent: Joi.string().required(),
    source: Joi.string().required(),
    steps: Joi.array()
      .items(Joi.object({ description: Joi.string().required() }).unknown())
      .min(1)
      .required(),
  }).unknown(),
  sample: {
    agent: 'template',
    source: 'template',
    steps: [{ description: 'Write the page' }],
  },
});
