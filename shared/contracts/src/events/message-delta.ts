import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type MessageDelta = {
  message_id: string;
  step: number | null;
  agent: string;
  /** Where `text` begins in the message, in UTF-16 code units. */
  offset: number;
  text: string;
};

/** A part of what a model is saying. Broadcast by agent-service, heard by notification-service; never stored. */
export const messageDelta = defineEvent<MessageDelta>({
  type: 'message.delta',
  topic: 'agent.stream',
  doc: 'A part of what a model is saying. Broadcast by agent-service, heard by notification-service; never stored.',
  schema: Joi.object<MessageDelta, true>({
    message_id: Joi.string().required(),
    step: Joi.number().integer().min(0).allow(null).required(),
    agent: Joi.string().required(),
    offset: Joi.number().integer().min(0).required(),
    text: Joi.string().required(),
  }).unknown(),
  sample: { message_id: '0.1.3-1', step: 0, agent: 'claude', offset: 12, text: 'the page has' },
});
