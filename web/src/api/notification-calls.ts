import type { Notification } from '@builder-ai/contracts/notification';
import type {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryWithAttempts,
  WebhookEvent,
  WebhookWithSecret,
} from '@builder-ai/contracts/webhook';
import type { Get, Send } from './api-call.ts';

// What the reader is told of, and where a project's events are sent.

export type NewWebhook = { url: string; project_id: string | null; events: WebhookEvent[] };

const webhookPath = (id: string) => `/webhooks/${encodeURIComponent(id)}`;

export function notificationCalls(get: Get, send: Send) {
  return {
    listNotifications: () => get<Notification[]>('/notifications?limit=30'),
    countUnread: () => get<{ unread: number }>('/notifications/unread-count'),
    readNotification: (id: string) => send('POST', `/notifications/${encodeURIComponent(id)}/read`, {}),
    readAllNotifications: () => send('POST', '/notifications/read-all', {}),
    listWebhooks: () => get<Webhook[]>('/webhooks'),
    /** The answer is the only one that shows the secret. */
    createWebhook: (webhook: NewWebhook) => send<WebhookWithSecret>('POST', '/webhooks', webhook),
    setEnabled: (id: string, enabled: boolean) => send<Webhook>('PATCH', webhookPath(id), { enabled }),
    rotateSecret: (id: string) => send<WebhookWithSecret>('POST', `${webhookPath(id)}/rotate-secret`, {}),
    testWebhook: (id: string) => send<WebhookDelivery>('POST', `${webhookPath(id)}/test`, {}),
    deleteWebhook: (id: string) => send<void>('DELETE', webhookPath(id)),
    listDeliveries: (id: string) => get<WebhookDelivery[]>(`${webhookPath(id)}/deliveries?limit=20`),
    readDelivery: (id: string, deliveryId: string) =>
      get<WebhookDeliveryWithAttempts>(`${webhookPath(id)}/deliveries/${encodeURIComponent(deliveryId)}`),
    replayDelivery: (id: string, deliveryId: string) =>
      send<WebhookDelivery>('POST', `${webhookPath(id)}/deliveries/${encodeURIComponent(deliveryId)}/replay`, {}),
  };
}
