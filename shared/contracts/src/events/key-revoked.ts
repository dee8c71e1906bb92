import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type KeyRevoked = {
  /** The API key's id, which opens nothing: that takes the key. */
  key_id: string;
  /** The key of a user who was disabled opens again once the user is let in again; others never do. */
  reason: 'revoked' | 'user_disabled' | 'user_deleted';
};

/** An API key of a user, who is the subject, opens nothing any more; of one that expires nothing is told. */
export const keyRevoked = defineEvent<KeyRevoked>({
  type: 'key.revoked',
  topic: 'identity.events',
  doc: 'An API key of a user (the subject) opens nothing any more: connections that came by it end, and services that hold none pass it by. Published by gateway, consumed by task-service, agent-service, notification-service.',
  schema: Joi.object<KeyRevoked, true>({
    key_id: Joi.string().required(),
    // Consumers do the same for each, also for one that they do not know yet.
    reason: Joi.string().required(),
  }).unknown(),
  sample: { key_id: '0198f0c2-7a10-7000-8000-0000000000cc', reason: 'revoked' },
});
