import Joi from 'joi';
import { NOTIFICATION_KINDS, type Notification } from '../notification.ts';
import { defineShape } from '../shape.ts';
import { WAITING_REASONS } from '../task.ts';
import { id, nullableText, nullableTime, SAMPLE_ID, SAMPLE_TIME, text, time } from './fields.ts';

export const notificationShape = defineShape<Notification>({
  name: 'Notification',
  schema: Joi.object<Notification, true>({
    id,
    kind: Joi.string()
      .valid(...NOTIFICATION_KINDS)
      .required(),
    project_id: nullableText.description('Null: the reader’s personal project.'),
    task_id: nullableText,
    webhook_id: nullableText,
    title: text.description('The task’s, or the host that a webhook calls.'),
    detail: text,
    waiting_for: Joi.string()
      .valid(...WAITING_REASONS, null)
      .required(),
    created_at: time,
    read_at: nullableTime,
  }),
  sample: {
    id: '0198f0c2-7a10-7000-8000-000000000011',
    kind: 'task_waiting',
    project_id: null,
    task_id: SAMPLE_ID,
    webhook_id: null,
    title: 'Landing page',
    detail: 'The plan waits for your approval',
    waiting_for: 'approval',
    created_at: SAMPLE_TIME,
    read_at: null,
  },
});

export const unreadShape = defineShape<{ unread: number }>({
  name: 'UnreadCount',
  schema: Joi.object({ unread: Joi.number().integer().min(0).required() }),
  sample: { unread: 3 },
});

export const readCountShape = defineShape<{ read: number }>({
  name: 'ReadCount',
  schema: Joi.object({ read: Joi.number().integer().min(0).required().description('How many were unread.') }),
  sample: { read: 3 },
});
