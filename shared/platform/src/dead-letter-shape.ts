// A dead letter, as operators see it.
import { defineShape } from '@builder-ai/contracts/shape';
import {
  count,
  nullableText,
  nullableTime,
  SAMPLE_ID,
  SAMPLE_TIME,
  text,
  time,
} from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';

export const DEAD_LETTER_STATES = ['dead', 'held', 'unpublishable', 'replayed', 'discarded'] as const;

const fields = {
  id: Joi.number().integer().required(),
  consumer: nullableText,
  topic: text,
  key: text,
  event_id: nullableText,
  event_type: nullableText,
  no: Joi.number().integer().allow(null).required(),
  state: Joi.string()
    .valid(...DEAD_LETTER_STATES)
    .required(),
  reason: nullableText,
  attempts: count,
  created_at: time,
  settled_at: nullableTime,
  held_behind: Joi.number()
    .integer()
    .allow(null)
    .required()
    .description('How many messages of its key wait behind it.'),
};

const sample = {
  id: 1,
  consumer: 'task-service',
  topic: 'agent.events',
  key: SAMPLE_ID,
  event_id: '0198f0c2-7a10-7000-8000-000000000011',
  event_type: 'step.started',
  no: 4,
  state: 'dead',
  reason: '"step" is required',
  attempts: 5,
  created_at: SAMPLE_TIME,
  settled_at: null,
  held_behind: 2,
};

export const listedDeadLetterShape = defineShape({ name: 'DeadLetter', schema: Joi.object(fields), sample });

export const deadLetterShape = defineShape({
  name: 'DeadLetterWithMessage',
  schema: Joi.object({ ...fields, message: Joi.any().required().description('The event as it came.') }),
  sample: { ...sample, message: { type: 'step.started', data: {} } },
});
