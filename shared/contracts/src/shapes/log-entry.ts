import Joi from 'joi';
import { defineShape } from '../shape.ts';
import { LOG_LEVELS, type LogEntry } from '../task.ts';
import { nullableText, stepNumber, text, time } from './fields.ts';

export const logEntryShape = defineShape<LogEntry>({
  name: 'LogEntry',
  schema: Joi.object<LogEntry, true>({
    seq: Joi.number().integer().required().description('Below 0: an import brought it along.'),
    timestamp: time,
    level: Joi.string()
      .valid(...LOG_LEVELS)
      .required(),
    agent: nullableText,
    step: stepNumber.allow(null),
    message: text,
  }),
  sample: {
    seq: 7,
    timestamp: '2026-01-01T00:00:00.000Z',
    level: 'info',
    agent: 'template',
    step: 0,
    message: 'Wrote index.html',
  },
});
