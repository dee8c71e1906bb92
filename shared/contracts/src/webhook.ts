// A project's webhooks: where its events are sent, signed by the Standard Webhooks scheme, and what came of it.

/** What a webhook can be told of. */
export const WEBHOOK_EVENTS = [
  'task.created',
  'task.waiting',
  'task.completed',
  'task.failed',
  'task.cancelled',
  'task.deleted',
  'step.completed',
  'step.failed',
] as const;
export type WebhookEvent = (typeof WEBHOOK_EVENTS)[number];

/** What `POST /webhooks/:id/test` sends, to whatever events a webhook is for. */
export const WEBHOOK_TEST = 'webhook.test';

export type Webhook = {
  id: string;
  /** Null for the personal project of whoever made it. */
  project_id: string | null;
  url: string;
  description: string;
  events: WebhookEvent[];
  enabled: boolean;
  /** Why it is disabled, when nobody has done that by hand. */
  disabled_reason: string | null;
  /** Since when every attempt has failed. */
  failing_since: string | null;
  created_at: string;
  updated_at: string;
};

/** Told once: when it is made, and when its secret is replaced. */
export type WebhookWithSecret = Webhook & {
  /** `whsec_` and the key in base64. */
  secret: string;
};

export const DELIVERY_STATUSES = ['pending', 'delivered', 'failed'] as const;
export type DeliveryStatus = (typeof DELIVERY_STATUSES)[number];

export type WebhookDelivery = {
  /** The `webhook-id` header: the same at each attempt, so that a receiver knows what it has had. */
  id: string;
  webhook_id: string;
  event_type: WebhookEvent | typeof WEBHOOK_TEST;
  task_id: string | null;
  status: DeliveryStatus;
  attempts: number;
  /** While it is pending. */
  next_attempt_at: string | null;
  /** What the last attempt was answered. */
  response_status: number | null;
  error: string | null;
  created_at: string;
  delivered_at: string | null;
};

export type WebhookAttempt = {
  attempt: number;
  started_at: string;
  duration_ms: number;
  response_status: number | null;
  /** The beginning of what the receiver answered. */
  response_body: string;
  error: string | null;
};

export type WebhookDeliveryWithAttempts = WebhookDelivery & {
  /** The body that is sent, as text: what the signature is of. */
  payload: string;
  attempt_log: WebhookAttempt[];
};

/** The body of a delivery. */
export type WebhookPayload = {
  type: WebhookDelivery['event_type'];
  timestamp: string;
  data: {
    project_id: string | null;
    task_id: string | null;
    /** The task's title; null when it was deleted: nothing of it is kept. */
    title: string | null;
    /** The timeline entry's number and data, as `GET /tasks/:id/events` has them. */
    seq: number | null;
    event: Record<string, unknown>;
  };
};
