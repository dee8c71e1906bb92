import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type UserDeleted = {
  /** Who wanted it: the user, or the owner of the installation. */
  deleted_by: string;
};

/** A user is gone, and with the user the personal project, which has the same id: the subject. */
export const userDeleted = defineEvent<UserDeleted>({
  type: 'user.deleted',
  topic: 'identity.events',
  doc: 'A user (the subject) is gone: all that is in the personal project, which has the same id, goes. Published by gateway, consumed by task-service, agent-service, notification-service.',
  schema: Joi.object<UserDeleted, true>({ deleted_by: Joi.string().required() }).unknown(),
  sample: { deleted_by: '0198f0c2-7a10-7000-8000-0000000000aa' },
});
