import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type SessionRevoked = {
  /** The session's id, which opens nothing: that takes its token. */
  session_id: string;
  reason: 'signed_out' | 'revoked' | 'password_changed' | 'user_disabled' | 'user_deleted';
};

/** A session of a user, who is the subject, has ended before its time; of one that expires nothing is told. */
export const sessionRevoked = defineEvent<SessionRevoked>({
  type: 'session.revoked',
  topic: 'identity.events',
  doc: 'A session of a user (the subject) has ended before its time: connections that came by it end, and services that hold none pass it by. Published by gateway, consumed by task-service, agent-service, notification-service.',
  schema: Joi.object<SessionRevoked, true>({
    session_id: Joi.string().required(),
    // Consumers do the same for each, also for one that they do not know yet.
    reason: Joi.string().required(),
  }).unknown(),
  sample: { session_id: '0198f0c2-7a10-7000-8000-0000000000bb', reason: 'signed_out' },
});
