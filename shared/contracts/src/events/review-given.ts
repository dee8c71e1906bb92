import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { REVIEW_VERDICTS, type Review } from '../task.ts';

export type ReviewGiven = Review & { step: number };

/** A reviewer looked at what a step made. `unreviewed`: no review could be had; it was not passed. */
export const reviewGiven = defineEvent<ReviewGiven>({
  type: 'review.given',
  topic: 'agent.events',
  doc: 'A reviewer looked at what a step made, or could not. Published by agent-service, consumed by task-service.',
  schema: Joi.object<ReviewGiven, true>({
    step: Joi.number().integer().min(0).required(),
    round: Joi.number().integer().min(1).required(),
    agent: Joi.string().required(),
    verdict: Joi.string()
      .valid(...REVIEW_VERDICTS)
      .required(),
    summary: Joi.string().allow('').required(),
    reasons: Joi.array()
      .items(
        Joi.object({
          file: Joi.string().allow(null).required(),
          line: Joi.number().integer().min(1).allow(null).required(),
          reason: Joi.string().required(),
        }).unknown(),
      )
      .required(),
    accepted_by_user: Joi.boolean().required(),
  }).unknown(),
  sample: {
    step: 1,
    round: 1,
    agent: 'chatgpt',
    verdict: 'changes',
    summary: 'The form has no label.',
    reasons: [{ file: 'index.html', line: 12, reason: 'The input has no label.' }],
    accepted_by_user: false,
  },
});
