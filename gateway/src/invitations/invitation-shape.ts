import { defineShape } from '@builder-ai/contracts/shape';
import { id, SAMPLE_TIME, text, time } from '@builder-ai/contracts/shapes/fields';
import Joi from 'joi';
import { roleSchema, SAMPLE_PROJECT_ID, SAMPLE_USER_ID } from '../projects/project-shape.ts';

const fields = { id, project_id: id, role: roleSchema, created_by: id, created_at: time, expires_at: time };

const sample = {
  id: '0198f0c2-7a10-7000-8000-000000000008',
  project_id: SAMPLE_PROJECT_ID,
  role: 'editor',
  created_by: SAMPLE_USER_ID,
  created_at: SAMPLE_TIME,
  expires_at: '2026-01-04T00:00:00.000Z',
};

export const invitationShape = defineShape({ name: 'Invitation', schema: Joi.object(fields), sample });

export const newInvitationShape = defineShape({
  name: 'NewInvitation',
  schema: Joi.object({
    ...fields,
    token: text.description('Shown only here: whoever has it joins.'),
    path: text.description('Of the page that takes it.'),
  }),
  sample: { ...sample, token: 'shown-once', path: '/?invitation=shown-once' },
});

export const joinedShape = defineShape({
  schema: Joi.object({ project_id: id, role: roleSchema }),
  sample: { project_id: SAMPLE_PROJECT_ID, role: 'editor' },
});
