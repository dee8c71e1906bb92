import Joi from 'joi';
import { defineShape } from '../shape.ts';
import { type PlanStep, REVIEW_VERDICTS, type Review, type ReviewReason, STEP_STATUSES } from '../task.ts';
import { count, microUsd, nullableText, nullableTime, SAMPLE_TIME, stepNumber, text } from './fields.ts';
import { logEntryShape } from './log-entry.ts';

export const reviewShape = defineShape<Review>({
  name: 'Review',
  schema: Joi.object<Review, true>({
    round: Joi.number().integer().min(1).required().description('1 is the first look at the step.'),
    agent: text,
    verdict: Joi.string()
      .valid(...REVIEW_VERDICTS)
      .required(),
    summary: text,
    reasons: Joi.array()
      .items(
        Joi.object<ReviewReason, true>({
          file: nullableText,
          line: Joi.number().integer().allow(null).required(),
          reason: text,
        }),
      )
      .required(),
    accepted_by_user: Joi.boolean().required(),
  }),
  sample: {
    round: 1,
    agent: 'chatgpt',
    verdict: 'approved',
    summary: 'It works.',
    reasons: [],
    accepted_by_user: false,
  },
});

export const planStepShape = defineShape<PlanStep>({
  name: 'PlanStep',
  schema: Joi.object<PlanStep, true>({
    index: stepNumber,
    description: text,
    status: Joi.string()
      .valid(...STEP_STATUSES)
      .required(),
    agent: nullableText,
    started_at: nullableTime,
    finished_at: nullableTime,
    attempts: count.description('How often it was begun: more than 1 after a take-over.'),
    result: nullableText,
    review: Joi.alternatives(reviewShape.schema, Joi.object().unknown(), Joi.valid(null))
      .required()
      .description('Of an imported step: whatever it brought along.'),
    commit: nullableText.description('The commit of the workspace after it.'),
    cost_micro_usd: microUsd,
    logs: Joi.array().items(logEntryShape.schema).required(),
  }),
  sample: {
    index: 0,
    description: 'Write the page',
    status: 'completed',
    agent: 'template',
    started_at: SAMPLE_TIME,
    finished_at: '2026-01-01T00:00:01.000Z',
    attempts: 1,
    result: 'Successfully created index.html',
    review: null,
    commit: '3f2504e04f8911d39a0c0305e82c3301aabbccdd',
    cost_micro_usd: 0,
    logs: [logEntryShape.sample],
  },
});
