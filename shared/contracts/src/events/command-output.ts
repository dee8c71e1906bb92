import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type CommandOutput = {
  call_id: string;
  step: number;
  /** Where `text` begins in the output, in UTF-16 code units. */
  offset: number;
  text: string;
};

/** A part of what a command prints. Broadcast by agent-service, heard by notification-service; never stored. */
export const commandOutput = defineEvent<CommandOutput>({
  type: 'command.output',
  topic: 'agent.stream',
  doc: 'A part of what a command prints. Broadcast by agent-service, heard by notification-service; never stored.',
  schema: Joi.object<CommandOutput, true>({
    call_id: Joi.string().required(),
    step: Joi.number().integer().min(0).required(),
    offset: Joi.number().integer().min(0).required(),
    text: Joi.string().required(),
  }).unknown(),
  sample: { call_id: '0.1.3.1', step: 0, offset: 0, text: 'added 12 packages\n' },
});
