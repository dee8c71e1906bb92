import Joi from 'joi';
import { defineShape } from '../shape.ts';
import {
  DELIVERY_STATUSES,
  WEBHOOK_EVENTS,
  WEBHOOK_TEST,
  type Webhook,
  type WebhookAttempt,
  type WebhookDelivery,
  type WebhookDeliveryWithAttempts,
  type WebhookWithSecret,
} from '../webhook.ts';
import { id, nullableText, nullableTime, SAMPLE_ID, SAMPLE_TIME, text, time } from './fields.ts';

const webhookFields = {
  id,
  project_id: nullableText.description('Null: the personal project of whoever made it.'),
  url: text,
  description: text,
  events: Joi.array()
    .items(Joi.string().valid(...WEBHOOK_EVENTS))
    .required(),
  enabled: Joi.boolean().required(),
  disabled_reason: nullableText.description('Why, when nobody has disabled it by hand.'),
  failing_since: nullableTime.description('Since when every attempt has failed.'),
  created_at: time,
  updated_at: time,
};

const SAMPLE_WEBHOOK: Webhook = {
  id: '0198f0c2-7a10-7000-8000-000000000012',
  project_id: null,
  url: 'https://example.com/hook',
  description: 'For the shop',
  events: ['task.completed', 'task.failed'],
  enabled: true,
  disabled_reason: null,
  failing_since: null,
  created_at: SAMPLE_TIME,
  updated_at: SAMPLE_TIME,
};

export const webhookShape = defineShape<Webhook>({
  name: 'Webhook',
  schema: Joi.object<Webhook, true>(webhookFields),
  sample: SAMPLE_WEBHOOK,
});

export const webhookWithSecretShape = defineShape<WebhookWithSecret>({
  name: 'WebhookWithSecret',
  schema: Joi.object<WebhookWithSecret, true>({
    ...webhookFields,
    secret: text.description('Shown this once: what its deliveries are signed with.'),
  }),
  sample: { ...SAMPLE_WEBHOOK, secret: 'whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw' },
});

const status = Joi.number().integer().min(100).max(999).allow(null).required();

const deliveryFields = {
  id: id.description('The webhook-id header: the same at each attempt.'),
  webhook_id: id,
  event_type: Joi.string()
    .valid(...WEBHOOK_EVENTS, WEBHOOK_TEST)
    .required(),
  task_id: nullableText,
  status: Joi.string()
    .valid(...DELIVERY_STATUSES)
    .required(),
  attempts: Joi.number().integer().min(0).required(),
  next_attempt_at: nullableTime,
  response_status: status.description('What the last attempt was answered.'),
  error: nullableText,
  created_at: time,
  delivered_at: nullableTime,
};

const SAMPLE_DELIVERY: WebhookDelivery = {
  id: '0198f0c2-7a10-7000-8000-000000000013',
  webhook_id: SAMPLE_WEBHOOK.id,
  event_type: 'task.completed',
  task_id: SAMPLE_ID,
  status: 'delivered',
  attempts: 1,
  next_attempt_at: null,
  response_status: 204,
  error: null,
  created_at: SAMPLE_TIME,
  delivered_at: SAMPLE_TIME,
};

export const deliveryShape = defineShape<WebhookDelivery>({
  name: 'WebhookDelivery',
  schema: Joi.object<WebhookDelivery, true>(deliveryFields),
  sample: SAMPLE_DELIVERY,
});

const attemptSchema = Joi.object<WebhookAttempt, true>({
  attempt: Joi.number().integer().min(1).required(),
  started_at: time,
  duration_ms: Joi.number().integer().min(0).required(),
  response_status: status,
  response_body: text.description('The beginning of what the receiver answered.'),
  error: nullableText,
});

export const deliveryWithAttemptsShape = defineShape<WebhookDeliveryWithAttempts>({
  name: 'WebhookDeliveryWithAttempts',
  schema: Joi.object<WebhookDeliveryWithAttempts, true>({
    ...deliveryFields,
    payload: text.description('The body that is sent, as text: what the signature is of.'),
    attempt_log: Joi.array().items(attemptSchema).required(),
  }),
  sample: {
    ...SAMPLE_DELIVERY,
    payload: '{"type":"task.completed"}',
    attempt_log: [
      {
        attempt: 1,
        started_at: SAMPLE_TIME,
        duration_ms: 12,
        response_status: 204,
        response_body: '',
        error: null,
      },
    ],
  },
});
