import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type MessageAdded = {
  role: string;
  agent: string | null;
  content: string;
  /** What its deltas were sent under, where it was streamed. */
  message_id?: string;
};

/** A message of the conversation. Published by agent-service, consumed by task-service. */
export const messageAdded = defineEvent<MessageAdded>({
  type: 'message.added',
  topic: 'agent.events',
  doc: 'A message of the conversation. Published by agent-service, consumed by task-service.',
  schema: Joi.object<MessageAdded, true>({
    role: Joi.string().required(),
    agent: Joi.string().allow(null).required(),
    content: Joi.string().allow('').required(),
    message_id: Joi.string(),
  }).unknown(),
  sample: {
    role: 'assistant',
    agent: 'template',
    content: 'The plan has three steps.',
  },
});
