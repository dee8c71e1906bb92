// The consumer that hears of a deleted project or user is killed between each two commits: webhooks, deliveries and what was told
// go, whoever was let in is let in anew, and what others have stays.
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { silentLogger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { deliverWithKill } from '@builder-ai/testing/deliver-with-kill';
import { newGatewayMessages } from '@builder-ai/testing/gateway-messages';
import { killEverywhere } from '@builder-ai/testing/kill-everywhere';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import type { Deps } from '../src/deps.ts';
import type { AccessChange } from '../src/live/access-change.ts';
import { insertNotification } from '../src/notifications/notification-store.ts';
import { insertDelivery } from '../src/webhooks/delivery-store.ts';
import { insertWebhook } from '../src/webhooks/webhook-store.ts';
import { type GivenService, givenService } from './given-service.ts';

let given: GivenService;

const gateway = newGatewayMessages();
const deleted_by = 'somebody';

beforeAll(async () => {
  given = await givenService();
});

afterAll(() => given.close());

/** A webhook with a delivery that waits, and a notification that was read. */
async function givenOwner(ownerId: string): Promise<void> {
  await given.db.transaction(async (tx) => {
    const wish = { ownerId, projectId: null, url: 'http://127.0.0.1:9/hook', description: '', events: [] };
    const { id } = await insertWebhook(tx, wish);
    const payload = { type: 'webhook.test', timestamp: new Date().toISOString(), data: {} } as never;
    await insertDelivery(tx, id, { eventId: `event of ${ownerId}`, taskId: null, payload });
    const about = {
      ownerId,
      kind: 'task_completed',
      taskId: newId(),
      title: '',
      detail: '',
      waitingFor: null,
    } as const;
    const notification = await insertNotification(tx, about);
    await tx.query('insert into notification_reads (user_id, notification_id) values ($1, $2)', [
      ownerId,
      notification.id,
    ]);
  });
}

const rowsOf = async (owner: string) => {
  const count = async (sql: string) => (await given.db.query(sql, [owner])).length;
  return {
    noted: await count('select 1 from deleted_owners where owner_id = $1'),
    webhooks: await count('select 1 from webhooks where owner_id = $1'),
    deliveries: await count(`select 1 from webhook_deliveries where event_id = 'event of ' || $1`),
    told: await count('select 1 from notifications where owner_id = $1'),
    read: await count('select 1 from notification_reads where user_id = $1'),
  };
};

const ALL = { noted: 0, webhooks: 1, deliveries: 1, told: 1, read: 1 };
const NONE = { noted: 1, webhooks: 0, deliveries: 0, told: 0, read: 0 };

type Case = [what: string, burst: number, messagesOf: (owner: string, by: string) => BusMessage[]];

test.each<Case>([
  ['project', 1, gateway.ofProject],
  ['user', 1, gateway.ofUser],
  ['user', 3, gateway.ofUser],
])('of a %s, with %d messages at a time', async (what, burst, messagesOf) => {
  const kept = `kept-${what}-${burst}`;
  await givenOwner(kept);
  const points = await killEverywhere(async (point, name) => {
    const owner = `${what}-${burst}-${name}`;
    await givenOwner(owner);
    const ended: AccessChange[] = [];
    const deps = { endConnections: (change: AccessChange) => void ended.push(change) } as unknown as Deps;
    const options = { name: 'notification-service' as const, bus: given.bus, db: given.db, deps, logger: silentLogger };
    const messages = messagesOf(owner, deleted_by);
    const killed = await deliverWithKill({ ...options, consumers: eventConsumers }, messages, burst, point);
    expect(await rowsOf(owner)).toEqual(NONE);
    const changes =
      what === 'project'
        ? [{ project_id: owner, role: null }]
        : [{ credential_id: `session of ${owner}` }, { credential_id: `key of ${owner}` }];
    for (const change of changes) expect(ended).toContainEqual(change);
    return killed;
  });
  expect(points).toBe(2 * Math.ceil(messagesOf('counted', deleted_by).length / burst));
  expect(await rowsOf(kept)).toEqual(ALL);
  expect(await given.db.query('select 1 from dead_letters')).toEqual([]);
});
