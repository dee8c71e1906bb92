// What receivers of webhooks get: signed, at least once, again while they fail, and no more when they want no more.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted, taskFailed } from '@builder-ai/contracts/events/timeline-entries';
import type { Notification } from '@builder-ai/contracts/notification';
import type {
  Webhook,
  WebhookDelivery,
  WebhookDeliveryWithAttempts,
  WebhookWithSecret,
} from '@builder-ai/contracts/webhook';
import { newId } from '@builder-ai/platform/new-id';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from '@jest/globals';
import { Webhook as Verifier } from 'standardwebhooks';
import { accept, answer, type GivenReceiver, givenReceiver } from './given-receiver.ts';
import { type GivenService, givenService } from './given-service.ts';
import { toEntry } from './timeline-message.ts';

let given: GivenService;
let receiver: GivenReceiver;
let owner: string;

beforeAll(async () => {
  receiver = await givenReceiver();
  given = await givenService({
    OUTGOING_ALLOW: receiver.host,
    WEBHOOK_RETRY_SECONDS: '0.05,0.05,0.05',
    // What a busy machine keeps waiting is not to count as failed.
    WEBHOOK_TIMEOUT_MS: '2000',
  });
});

afterAll(async () => {
  await given.close();
  await receiver.close();
});

beforeEach(() => {
  owner = newId();
});

afterEach(() => {
  receiver.answerWith(accept);
  receiver.received.length = 0;
});

const call = <T>(method: string, path: string, body?: object) => given.call<T>(method, path, owner, body);

const givenWebhook = (change: object = {}) =>
  call<WebhookWithSecret>('POST', '/webhooks', {
    url: receiver.url,
    events: ['task.completed', 'task.failed'],
    ...change,
  });

async function completeTask(): Promise<string> {
  const id = given.newTask(owner);
  await given.bus.publish([
    toEntry(id, 1, taskCreated, { title: 'A page about tea' }, owner),
    toEntry(id, 2, taskCompleted, {}, owner),
  ]);
  return id;
}

const list = (id: string, query = '') => call<WebhookDelivery[]>('GET', `/webhooks/${id}/deliveries${query}`);
const read = (id: string, delivery: string) =>
  call<WebhookDeliveryWithAttempts>('GET', `/webhooks/${id}/deliveries/${delivery}`);

/** The one delivery of a webhook, once it is what a test waits for. */
const deliveryThatIs = (id: string, status: WebhookDelivery['status']) =>
  eventually(async () => (await list(id)).find((delivery) => delivery.status === status));

test('an event is sent once, signed as the scheme says, with what a receiver needs', async () => {
  const webhook = await givenWebhook();
  const taskId = await completeTask();
  const delivery = await deliveryThatIs(webhook.id, 'delivered');
  expect(receiver.received).toHaveLength(1);
  const [{ headers, body }] = receiver.received as [never];
  expect(new Verifier(webhook.secret).verify(body, headers)).toEqual({
    type: 'task.completed',
    timestamp: expect.stringMatching(/Z$/),
    data: { project_id: null, task_id: taskId, title: 'A page about tea', seq: 2, event: taskCompleted.sample },
  });
  expect(headers).toMatchObject({ 'webhook-id': delivery.id, 'content-type': 'application/json' });
  expect(() => new Verifier(webhook.secret).verify(`${body} `, headers)).toThrow('No matching signature');
  expect(await read(webhook.id, delivery.id)).toEqual({
    ...delivery,
    payload: body,
    attempt_log: [
      {
        attempt: 1,
        started_at: expect.any(String),
        duration_ms: expect.any(Number),
        response_status: 204,
        response_body: '',
        error: null,
      },
    ],
  });
});

test('only events that it is for, of its project, while it is enabled, and each once however often it comes', async () => {
  const webhook = await givenWebhook({ events: ['task.failed'] });
  const [id, foreign] = [given.newTask(owner), given.newTask('another')];
  const failed = toEntry(id, 2, taskFailed, { error: 'first' }, owner);
  await given.bus.publish([
    toEntry(foreign, 1, taskFailed, {}, 'another'),
    toEntry(id, 1, taskCompleted, {}, owner),
    failed,
    failed,
  ]);
  await deliveryThatIs(webhook.id, 'delivered');
  await call('PATCH', `/webhooks/${webhook.id}`, { enabled: false });
  await given.bus.publish([toEntry(id, 3, taskFailed, { error: 'while disabled' }, owner)]);
  await eventually(async () => (await call<unknown[]>('GET', `/tasks/${id}/events`)).length === 3);
  await call('PATCH', `/webhooks/${webhook.id}`, { enabled: true });
  await given.bus.publish([toEntry(id, 4, taskFailed, { error: 'last' }, owner)]);
  await eventually(() => receiver.received.length === 2);
  expect(receiver.received.map(({ body }) => JSON.parse(body).data.event.error)).toEqual(['first', 'last']);
});

describe('a receiver that', () => {
  test('fails is sent it again under the same id, until it takes it', async () => {
    const webhook = await givenWebhook();
    let left = 2;
    receiver.answerWith((request, response) =>
      left-- > 0 ? answer(500, {}, 'no')(request, response) : accept(request, response),
    );
    await completeTask();
    const delivery = await deliveryThatIs(webhook.id, 'delivered');
    const { attempt_log } = await read(webhook.id, delivery.id);
    expect(attempt_log.map(({ response_status, response_body }) => [response_status, response_body])).toEqual([
      [500, 'no'],
      [500, 'no'],
      [204, ''],
    ]);
    expect(new Set(receiver.received.map(({ headers }) => headers['webhook-id']))).toEqual(new Set([delivery.id]));
    expect((await call<Webhook>('GET', `/webhooks/${webhook.id}`)).failing_since).toBeNull();
  });

  test('fails always is given up after the last pause, and a replay is as a new one', async () => {
    const webhook = await givenWebhook();
    receiver.answerWith(answer(503));
    await completeTask();
    const failed = await deliveryThatIs(webhook.id, 'failed');
    expect(failed).toMatchObject({ attempts: 4, response_status: 503, next_attempt_at: null, delivered_at: null });
    expect((await call<Webhook>('GET', `/webhooks/${webhook.id}`)).failing_since).not.toBeNull();
    expect(await list(webhook.id, '?status=delivered')).toEqual([]);
    receiver.answerWith(accept);
    const replayed = await call<WebhookDelivery>('POST', `/webhooks/${webhook.id}/deliveries/${failed.id}/replay`);
    expect(replayed).toMatchObject({ id: failed.id, status: 'pending' });
    expect(await deliveryThatIs(webhook.id, 'delivered')).toMatchObject({ id: failed.id, attempts: 5 });
  });

  test('does not answer in time counts as failed', async () => {
    const webhook = await givenWebhook();
    receiver.answerWith(() => {});
    await completeTask();
    const delivery = await deliveryThatIs(webhook.id, 'failed');
    expect(delivery).toMatchObject({ response_status: null, error: 'The receiver did not answer in time.' });
  });

  test('is slow keeps no other one waiting', async () => {
    const slow = await givenWebhook({ url: `${receiver.url}/slow`, events: ['task.created', 'task.completed'] });
    const quick = await givenWebhook();
    receiver.answerWith((request, response) => {
      if (!request.path.endsWith('/slow')) accept(request, response);
    });
    for (let made = 0; made < 12; made += 1) await completeTask();
    await eventually(async () => (await list(quick.id, '?status=delivered')).length === 12);
    await call('DELETE', `/webhooks/${slow.id}`).catch(() => {});
  });

  test('sends it elsewhere is not followed', async () => {
    const webhook = await givenWebhook();
    receiver.answerWith(answer(302, { location: `${receiver.url}/inside` }));
    await completeTask();
    const delivery = await deliveryThatIs(webhook.id, 'failed');
    expect(delivery.error).toContain('sends elsewhere');
    expect(receiver.received.map(({ path }) => path)).not.toContain('/hook/inside');
  });

  test('answers 410 is disabled at once, its project is told, and it goes on when it is enabled again', async () => {
    const webhook = await givenWebhook();
    receiver.answerWith(answer(410));
    await completeTask();
    await eventually(async () => !(await call<Webhook>('GET', `/webhooks/${webhook.id}`)).enabled);
    expect((await call<Webhook>('GET', `/webhooks/${webhook.id}`)).disabled_reason).toContain('410');
    const [told] = await call<Notification[]>('GET', '/notifications');
    expect(told).toMatchObject({ kind: 'webhook_disabled', webhook_id: webhook.id, title: receiver.host });
    expect(await call('POST', `/webhooks/${webhook.id}/test`)).toMatchObject({ code: 'WEBHOOK_DISABLED' });
    receiver.answerWith(accept);
    await call('PATCH', `/webhooks/${webhook.id}`, { enabled: true });
    expect(await deliveryThatIs(webhook.id, 'delivered')).toMatchObject({ attempts: 2 });
  });
});

test('a webhook that fails for long is disabled, and its project is told', async () => {
  const webhook = await givenWebhook();
  receiver.answerWith(answer(500));
  await completeTask();
  await deliveryThatIs(webhook.id, 'failed');
  expect((await call<Webhook>('GET', `/webhooks/${webhook.id}`)).enabled).toBe(true);
  await given.db.query(`update webhooks set failing_since = now() - interval '121 hours' where id = $1`, [webhook.id]);
  await completeTask();
  await eventually(async () => !(await call<Webhook>('GET', `/webhooks/${webhook.id}`)).enabled);
  const told = await call<Notification[]>('GET', '/notifications');
  expect(told.filter(({ kind }) => kind === 'webhook_disabled')).toHaveLength(1);
  expect(told[0]?.detail).toContain('The receiver answered 500.');
});

test('a test is sent like an event, and an address that may be called no more is not', async () => {
  const webhook = await givenWebhook();
  expect(await call('POST', `/webhooks/${webhook.id}/test`)).toMatchObject({ event_type: 'webhook.test' });
  await deliveryThatIs(webhook.id, 'delivered');
  await given.db.query(`update webhooks set url = 'http://127.0.0.1:1/' where id = $1`, [webhook.id]);
  await call('POST', `/webhooks/${webhook.id}/test`);
  expect((await deliveryThatIs(webhook.id, 'failed')).error).toContain('may not be called');
});

test('after its secret was replaced, deliveries are signed by both', async () => {
  const webhook = await givenWebhook();
  const { secret } = await call<WebhookWithSecret>('POST', `/webhooks/${webhook.id}/rotate-secret`);
  expect(secret).not.toBe(webhook.secret);
  await completeTask();
  await eventually(() => receiver.received.length === 1);
  const [{ headers, body }] = receiver.received as [never];
  for (const each of [secret, webhook.secret]) expect(new Verifier(each).verify(body, headers)).toBeDefined();
});

test('two replicas send each delivery once', async () => {
  await given.startReplica();
  const webhook = await givenWebhook();
  for (let made = 0; made < 20; made += 1) await completeTask();
  await eventually(async () => (await list(webhook.id, '?status=delivered&limit=100')).length === 20);
  expect(receiver.received).toHaveLength(20);
});

test('page after page gives each delivery once, and what is none is not found', async () => {
  const webhook = await givenWebhook();
  for (let made = 0; made < 5; made += 1) await call('POST', `/webhooks/${webhook.id}/test`);
  const all = (await list(webhook.id)).map(({ id }) => id);
  const [first, second] = [await list(webhook.id, '?limit=3'), await list(webhook.id, `?limit=3&cursor=${all[2]}`)];
  expect([...first, ...second].map(({ id }) => id)).toEqual(all);
  for (const id of ['nothing', newId()])
    expect(await read(webhook.id, id)).toMatchObject({ code: 'DELIVERY_NOT_FOUND', status: 404 });
});
