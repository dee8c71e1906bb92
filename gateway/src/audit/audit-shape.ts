import { defineShape } from '@builder-ai/contracts/shape';
import { nullableText, SAMPLE_TIME, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';
import { SAMPLE_USER_ID } from '../projects/project-shape.ts';
import { AUDIT_ACTIONS } from './audit-log.ts';

export const auditShape = defineShape({
  name: 'AuditEntry',
  schema: Joi.object({
    id: Joi.number().integer().required(),
    at: time,
    actor_id: nullableText.description('null: nobody was signed in.'),
    action: Joi.string()
      .valid(...AUDIT_ACTIONS)
      .required(),
    subject: nullableText.description('What it was done to: an id.'),
    address: nullableText,
    details: Joi.object().unknown().required(),
  }),
  sample: {
    id: 1,
    at: SAMPLE_TIME,
    actor_id: SAMPLE_USER_ID,
    action: 'signed_in',
    subject: null,
    address: '127.0.0.1',
    details: { by: 'password' },
  },
});
