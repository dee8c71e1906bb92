import { type ApiClient, dataOf } from '@builder-ai/client/client';
import type { Notification } from '@builder-ai/contracts/notification';
import type {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryWithAttempts,
  WebhookEvent,
  WebhookWithSecret,
} from '@builder-ai/contracts/webhook';
import { withId } from './with-id.ts';

// What the reader is told of, and where a project's events are sent.

export type NewWebhook = { url: string; project_id: string | null; events: WebhookEvent[] };

const ofDelivery = (id: string, delivery_id: string) => ({ params: { path: { id, delivery_id } } });

export function notificationCalls(client: ApiClient) {
  return {
    listNotifications: (): Promise<Notification[]> =>
      dataOf(client.GET('/notifications', { params: { query: { limit: 30 } } })),
    countUnread: (): Promise<{ unread: number }> => dataOf(client.GET('/notifications/unread-count')),
    readNotification: (id: string) => dataOf(client.POST('/notifications/{id}/read', withId(id))),
    readAllNotifications: () => dataOf(client.POST('/notifications/read-all')),
    listWebhooks: (): Promise<Webhook[]> => dataOf(client.GET('/webhooks')),
    /** The answer is the only one that shows the secret. */
    createWebhook: (webhook: NewWebhook): Promise<WebhookWithSecret> =>
      dataOf(client.POST('/webhooks', { body: webhook })),
    setEnabled: (id: string, enabled: boolean): Promise<Webhook> =>
      dataOf(client.PATCH('/webhooks/{id}', { ...withId(id), body: { enabled } })),
    rotateSecret: (id: string): Promise<WebhookWithSecret> =>
      dataOf(client.POST('/webhooks/{id}/rotate-secret', withId(id))),
    testWebhook: (id: string): Promise<WebhookDelivery> => dataOf(client.POST('/webhooks/{id}/test', withId(id))),
    deleteWebhook: (id: string) => dataOf(client.DELETE('/webhooks/{id}', withId(id))),
    listDeliveries: (id: string): Promise<WebhookDelivery[]> =>
      dataOf(client.GET('/webhooks/{id}/deliveries', { params: { path: { id }, query: { limit: 20 } } })),
    readDelivery: (id: string, deliveryId: string): Promise<WebhookDeliveryWithAttempts> =>
      dataOf(client.GET('/webhooks/{id}/deliveries/{delivery_id}', ofDelivery(id, deliveryId))),
    replayDelivery: (id: string, deliveryId: string): Promise<WebhookDelivery> =>
      dataOf(client.POST('/webhooks/{id}/deliveries/{delivery_id}/replay', ofDelivery(id, deliveryId))),
  };
}
