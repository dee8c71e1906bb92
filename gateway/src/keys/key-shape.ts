import { SCOPES } from '@builder-ai/contracts/identity';
import { defineShape } from '@builder-ai/contracts/shape';
import { id, nullableTime, SAMPLE_TIME, text, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';

const fields = {
  id,
  name: text,
  prefix: text.description('How the key begins, to know it by.'),
  scopes: Joi.array()
    .items(Joi.string().valid(...SCOPES))
    .required(),
  created_at: time,
  expires_at: nullableTime,
  last_used_at: nullableTime,
};

const sample = {
  id: '0198f0c2-7a10-7000-8000-000000000005',
  name: 'my laptop',
  prefix: 'bai_3f2504e0',
  scopes: ['read', 'run'],
  created_at: SAMPLE_TIME,
  expires_at: null,
  last_used_at: null,
};

export const keyShape = defineShape({ name: 'ApiKey', schema: Joi.object(fields), sample });

export const newKeyShape = defineShape({
  name: 'NewApiKey',
  schema: Joi.object({ ...fields, key: text.description('The key itself: shown only here.') }),
  sample: { ...sample, key: 'bai_3f2504e0-shown-once' },
});
