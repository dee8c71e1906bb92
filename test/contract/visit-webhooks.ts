// Webhooks and notifications as a user comes to them: a receiver that answers, a delivery that is looked at and sent again.
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { eventually } from '@builder-ai/testing/eventually';
import type { Visitor } from './visitor.ts';

type WithId = { id: string };

/** @param receiver its address, which the product may call */
export async function visitWebhooks(api: Visitor, receiver: string): Promise<void> {
  const events = ['task.completed', 'task.waiting'];
  const made = await api.call<WithId>('POST', '/webhooks', 201, { body: { url: `${receiver}/hook`, events } });
  const path = { id: made.body.id };
  await api.call('GET', '/webhooks', 200);
  await api.call('GET', '/webhooks/{id}', 200, { path });
  await api.call('PATCH', '/webhooks/{id}', 200, { path, body: { description: 'ours' } });
  await api.call('POST', '/webhooks/{id}/rotate-secret', 200, { path });
  const { body: sent } = await api.call<WithId>('POST', '/webhooks/{id}/test', 202, { path });
  const delivery = { ...path, delivery_id: sent.id };
  await eventually(async () => {
    const visited = await api.call<{ status: string }>('GET', '/webhooks/{id}/deliveries/{delivery_id}', 200, {
      path: delivery,
    });
    return visited.body.status === 'delivered';
  }, 30_000);
  await api.call('GET', '/webhooks/{id}/deliveries', 200, { path });
  await api.call('POST', '/webhooks/{id}/deliveries/{delivery_id}/replay', 202, { path: delivery });
  await api.call('POST', '/webhooks', 400, { body: { url: 'ftp://example.com', events } });
  await api.call('GET', '/webhooks/{id}', 404, { path: { id: 'no-such' } });
  await api.call('DELETE', '/webhooks/{id}', 204, { path });
}

/** There is one, of a task that has ended. */
export async function visitNotifications(api: Visitor): Promise<void> {
  const { id } = await eventually(async () => (await api.call<WithId[]>('GET', '/notifications', 200)).body[0], 30_000);
  await api.call('GET', '/notifications/unread-count', 200);
  await api.call('POST', '/notifications/{id}/read', 200, { path: { id } });
  await api.call('POST', '/notifications/read-all', 200);
}

/** Takes whatever it is sent. */
export async function givenReceiver(): Promise<{ url: string; close(): void }> {
  const server = createServer((request, response) => {
    request.resume();
    response.writeHead(204).end();
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, close: () => void server.close() };
}
