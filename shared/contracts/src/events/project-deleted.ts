import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type ProjectDeleted = {
  /** The user who wanted it. */
  deleted_by: string;
};

/** A project is gone, and with it all that belongs to it; the subject is the project. */
export const projectDeleted = defineEvent<ProjectDeleted>({
  type: 'project.deleted',
  topic: 'identity.events',
  doc: 'A project (the subject) is gone: all that belongs to it goes. Published by gateway, consumed by task-service, agent-service, notification-service.',
  schema: Joi.object<ProjectDeleted, true>({ deleted_by: Joi.string().required() }).unknown(),
  sample: { deleted_by: '0198f0c2-7a10-7000-8000-0000000000aa' },
});
