import { deadLetterEndpoints } from '@builder-ai/platform/dead-letter-endpoints';
import { createServiceApp } from '@builder-ai/platform/service-app';
import { eventConsumers } from './consumers.ts';
import type { Deps } from './deps.ts';
import { listEvents } from './feed/list-events.ts';
import { onTimelineEntry } from './feed/on-timeline-entry.ts';
import { countUnread } from './notifications/count-unread.ts';
import { listNotifications } from './notifications/list-notifications.ts';
import { readAll } from './notifications/read-all.ts';
import { readNotification } from './notifications/read-notification.ts';
import { changeWebhook } from './webhooks/change-webhook.ts';
import { createWebhook } from './webhooks/create-webhook.ts';
import { deleteWebhook } from './webhooks/delete-webhook.ts';
import { getDelivery } from './webhooks/get-delivery.ts';
import { getWebhook } from './webhooks/get-webhook.ts';
import { listDeliveries } from './webhooks/list-deliveries.ts';
import { listWebhooks } from './webhooks/list-webhooks.ts';
import { replayDelivery } from './webhooks/replay-delivery.ts';
import { rotateSecret } from './webhooks/rotate-secret.ts';
import { testWebhook } from './webhooks/test-webhook.ts';

/** Every endpoint of this service. */
export const endpoints = [
  listEvents,
  listNotifications,
  countUnread,
  readAll,
  readNotification,
  listWebhooks,
  createWebhook,
  getWebhook,
  changeWebhook,
  deleteWebhook,
  rotateSecret,
  testWebhook,
  listDeliveries,
  getDelivery,
  replayDelivery,
  ...deadLetterEndpoints<Deps>({ name: 'notification-service', consumers: eventConsumers, otherwise: onTimelineEntry }),
];

/** The HTTP application; opens nothing, so a test can call it. */
export const createApp = (deps: Deps) => createServiceApp(endpoints, deps);
