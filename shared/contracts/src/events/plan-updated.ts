import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type PlanUpdated = {
  /** Who changed it: an agent, or `user`. */
  agent: string;
  /** The steps before this index stay as they are. */
  from: number;
  /** The steps from there on. */
  steps: { description: string }[];
};

/** The steps that are not done yet were replaced. */
export const planUpdated = defineEvent<PlanUpdated>({
  type: 'plan.updated',
  topic: 'agent.events',
  doc: 'The steps that are not done yet were replaced. Published by agent-service, consumed by task-service.',
  schema: Joi.object<PlanUpdated, true>({
    agent: Joi.string().required(),
    from: Joi.number().integer().min(0).required(),
    steps: Joi.array()
      .items(Joi.object({ description: Joi.string().required() }).unknown())
      .required(),
  }).unknown(),
  sample: { agent: 'claude', from: 1, steps: [{ description: 'Write the page without a framework' }] },
});
