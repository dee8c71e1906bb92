import { SCOPES } from '@builder-ai/contracts/identity';
import { defineShape } from '@builder-ai/contracts/shape';
import { id, nullableText, SAMPLE_TIME, text, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';
import { SAMPLE_USER_ID } from '../projects/project-shape.ts';

export const userShape = defineShape({
  name: 'User',
  schema: Joi.object({
    id,
    name: text,
    email: nullableText,
    is_owner: Joi.boolean().required().description('Of the installation.'),
    disabled: Joi.boolean().required(),
    created_at: time,
  }),
  sample: {
    id: SAMPLE_USER_ID,
    name: 'Ada',
    email: 'ada@example.com',
    is_owner: false,
    disabled: false,
    created_at: SAMPLE_TIME,
  },
});

export const userIdShape = defineShape({ schema: Joi.object({ user_id: id }), sample: { user_id: SAMPLE_USER_ID } });

export const accountShape = defineShape({
  schema: Joi.object({ user_id: id, email: text }),
  sample: { user_id: SAMPLE_USER_ID, email: 'ada@example.com' },
});

export const meShape = defineShape({
  name: 'Me',
  schema: Joi.object({
    user_id: id,
    scopes: Joi.array()
      .items(Joi.string().valid(...SCOPES))
      .required()
      .description('What this session or key may do.'),
  }),
  sample: { user_id: SAMPLE_USER_ID, scopes: ['read', 'run', 'admin'] },
});
