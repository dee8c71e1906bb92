import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { ROLES, type Role } from '../identity.ts';

export type MembershipChanged = {
  project_id: string;
  /** From now on; null: the user is no member any more. */
  role: Role | null;
  /** The user who did it: of one who joined or left that user. */
  changed_by: string;
};

/**
 * A user, who is the subject, was made a member of a project, has another role there, or is no member any more. Where the
 * project or the user is deleted, that event alone says so.
 */
export const membershipChanged = defineEvent<MembershipChanged>({
  type: 'membership.changed',
  topic: 'identity.events',
  doc: 'A user (the subject) has joined or left a project, or has another role there: connections that were let in by the role before end, and services that hold none pass it by. Published by gateway, consumed by task-service, agent-service, notification-service.',
  schema: Joi.object<MembershipChanged, true>({
    project_id: Joi.string().required(),
    role: Joi.string()
      .valid(...ROLES)
      .allow(null)
      .required(),
    changed_by: Joi.string().required(),
  }).unknown(),
  sample: {
    project_id: '0198f0c2-7a10-7000-8000-0000000000dd',
    role: 'editor',
    changed_by: '0198f0c2-7a10-7000-8000-0000000000aa',
  },
});
