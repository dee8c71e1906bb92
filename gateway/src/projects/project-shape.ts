import { ROLES } from '@builder-ai/contracts/identity';
import { defineShape } from '@builder-ai/contracts/shape';
import { id, nullableText, SAMPLE_TIME, text, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';

export const roleSchema = Joi.string()
  .valid(...ROLES)
  .required();

export const SAMPLE_PROJECT_ID = '0198f0c2-7a10-7000-8000-000000000006';
export const SAMPLE_USER_ID = '0198f0c2-7a10-7000-8000-000000000007';

export const projectShape = defineShape({
  name: 'Project',
  schema: Joi.object({
    id,
    name: text,
    created_at: time,
    role: roleSchema.description('The caller’s.'),
    personal: Joi.boolean().required().description('The one that every user has; its id is the user’s.'),
  }),
  sample: { id: SAMPLE_PROJECT_ID, name: 'Website', created_at: SAMPLE_TIME, role: 'owner', personal: false },
});

export const memberShape = defineShape({
  name: 'Member',
  schema: Joi.object({ user_id: id, name: text, email: nullableText, role: roleSchema, created_at: time }),
  sample: { user_id: SAMPLE_USER_ID, name: 'Ada', email: 'ada@example.com', role: 'editor', created_at: SAMPLE_TIME },
});

export const changedRoleShape = defineShape({
  schema: Joi.object({ user_id: id, role: roleSchema }),
  sample: { user_id: SAMPLE_USER_ID, role: 'editor' },
});
