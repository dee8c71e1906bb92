import Joi from 'joi';
import { defineShape } from '../shape.ts';
import type { TaskEvent } from '../task.ts';
import { id, SAMPLE_ID, SAMPLE_TIME, text, time } from './fields.ts';

export const timelineEntryShape = defineShape<TaskEvent>({
  name: 'TaskEvent',
  schema: Joi.object<TaskEvent, true>({
    id,
    seq: Joi.number().integer().min(1).required().description('Gap-free within a task.'),
    event_type: text.description('The event’s type with _ for its dots: see /asyncapi.json.'),
    task_id: id,
    timestamp: time,
    data: Joi.object().unknown().required(),
  }),
  sample: {
    id: '0198f0c2-7a10-7000-8000-000000000003',
    seq: 3,
    event_type: 'step_started',
    task_id: SAMPLE_ID,
    timestamp: SAMPLE_TIME,
    data: { step: 'Write the page', index: 0, agent: 'template', attempt: 1 },
  },
});
