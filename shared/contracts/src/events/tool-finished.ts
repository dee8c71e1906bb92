import Joi from 'joi';
import { defineEvent } from '../event.ts';

export type ToolFinished = {
  call_id: string;
  step: number;
  tool: string;
  ok: boolean;
  output: string;
};

/** A tool call ended. Published by agent-service, consumed by task-service. */
export const toolFinished = defineEvent<ToolFinished>({
  type: 'tool.finished',
  topic: 'agent.events',
  doc: 'A tool call ended. Published by agent-service, consumed by task-service.',
  schema: Joi.object<ToolFinished, true>({
    call_id: Joi.string().required(),
    step: Joi.number().integer().min(0).required(),
    tool: Joi.string().required(),
    ok: Joi.boolean().required(),
    output: Joi.string().allow('').required(),
  }).unknown(),
  sample: {
    call_id: '3.2',
    step: 0,
    tool: 'write_file',
    ok: true,
    output: 'Successfully created index.html',
  },
});
