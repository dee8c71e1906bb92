import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type ToolCalled = {
  call_id: string;
  step: number;
  agent: string;
  tool: string;
  summary: string;
  /** How often the call was made: more than 1 after it was interrupted. */
  attempt?: number;
};

/** A tool call is about to be made. Published by agent-service, consumed by task-service. */
export const toolCalled = defineEvent<ToolCalled>({
  type: 'tool.called',
  topic: 'agent.events',
  doc: 'A tool call is about to be made. Published by agent-service, consumed by task-service.',
  schema: Joi.object<ToolCalled, true>({
    call_id: Joi.string().required(),
    step: Joi.number().integer().min(0).required(),
    agent: Joi.string().required(),
    tool: Joi.string().required(),
    summary: Joi.string().required(),
    attempt: Joi.number().integer().min(1),
  }).unknown(),
  sample: {
    call_id: '3.2',
    step: 0,
    agent: 'template',
    tool: 'write_file',
    summary: 'write index.html',
    attempt: 1,
  },
});
