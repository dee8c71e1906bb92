import Joi from 'joi';
import { type ErrorCode, errorCodes, type Problem } from '../error-codes.ts';
import { defineShape } from '../shape.ts';
import { text } from './fields.ts';

export const problemShape = defineShape<Problem>({
  name: 'Problem',
  schema: Joi.object<Problem, true>({
    type: Joi.string().uri().required(),
    title: text,
    status: Joi.number().integer().min(400).max(599).required(),
    detail: text.description('Says what to do.'),
    code: Joi.string()
      .valid(...(Object.keys(errorCodes) as ErrorCode[]))
      .required()
      .description('Stable.'),
    request_id: text.description('For the operator, whose logs have it.'),
    errors: Joi.array()
      .items(Joi.object({ field: text, message: text }))
      .description('The faulty fields.'),
  }),
  sample: {
    type: 'urn:builder-ai:error:GOAL_EMPTY',
    title: 'Bad request',
    status: 400,
    detail: 'Goal cannot be empty',
    code: 'GOAL_EMPTY',
    request_id: '0198f0c2-7a10-7000-8000-000000000004',
  },
});
