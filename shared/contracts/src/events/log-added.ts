import Joi from 'joi';
import { defineEvent } from '../event.ts';
import { LOG_LEVELS, type LogLevel } from '../task.ts';

export type LogAdded = {
  level: LogLevel;
  agent: string | null;
  step: number | null;
  message: string;
};

/** A line for the task log. Published by agent-service, consumed by task-service. */
export const logAdded = defineEvent<LogAdded>({
  type: 'log.added',
  topic: 'agent.events',
  doc: 'A line for the task log. Published by agent-service, consumed by task-service.',
  schema: Joi.object<LogAdded, true>({
    level: Joi.string()
      .valid(...LOG_LEVELS)
      .required(),
    agent: Joi.string().allow(null).required(),
    step: Joi.number().integer().min(0).allow(null).required(),
    message: Joi.string().allow('').required(),
  }).unknown(),
  sample: {
    level: 'info',
    agent: 'template',
    step: 0,
    message: 'Wrote index.html (1,204 bytes)',
  },
});
