import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type MessagePostRequested = { owner_id: string; content: string };

/** An agent in chat says something to the agents of a task of its user. */
export const messagePostRequested = defineEvent<MessagePostRequested>({
  type: 'message.post_requested',
  topic: 'task.requests',
  doc: 'An agent in chat says something to the agents of a task of its user. Published by agent-service, consumed by task-service.',
  schema: Joi.object<MessagePostRequested, true>({
    owner_id: Joi.string().required(),
    content: Joi.string().required(),
  }).unknown(),
  sample: { owner_id: 'local-owner', content: 'Use blue.' },
});
