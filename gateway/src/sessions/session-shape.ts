import { defineShape } from '@builder-ai/contracts/shape';
import { id, nullableText, SAMPLE_TIME, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';

export const sessionShape = defineShape({
  name: 'Session',
  schema: Joi.object({
    id,
    created_at: time,
    expires_at: time,
    address: nullableText,
    user_agent: nullableText,
    current: Joi.boolean().required().description('The one that asks.'),
  }),
  sample: {
    id: '0198f0c2-7a10-7000-8000-000000000009',
    created_at: SAMPLE_TIME,
    expires_at: '2026-01-31T00:00:00.000Z',
    address: '127.0.0.1',
    user_agent: 'Mozilla/5.0',
    current: true,
  },
});
