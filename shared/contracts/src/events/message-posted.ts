import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type MessagePosted = { content: string };

/** A user said something to the agents: they read it before their next answer. */
export const messagePosted = defineEvent<MessagePosted>({
  type: 'message.posted',
  topic: 'task.commands',
  doc: 'A user said something to the agents. Published by task-service, consumed by agent-service.',
  schema: Joi.object<MessagePosted, true>({ content: Joi.string().required() }).unknown(),
  sample: { content: 'Use blue for the button.' },
});
