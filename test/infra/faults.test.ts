// Twelve faults, each done to the real product scaled out: a live Prometheus fires the alert that says which it is, and is
// quiet again after it is mended. The rules are ours with shorter times: their thresholds are as they are.
import { rmSync, statfsSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { newKafkaClient } from '@builder-ai/platform/bus/kafka/kafka-bus';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { dashboards } from '../../scripts/dashboards/all-dashboards.ts';
import { waitForEnds } from '../chaos/wait-for-ends.ts';
import { API_KEY, waitUntilReady } from '../cluster/cluster.ts';
import { canMount, openWatchedProduct, type WatchedProduct } from './watched-product.ts';

let product: WatchedProduct;

beforeAll(async () => {
  product = await openWatchedProduct();
}, 240_000);

afterAll(() => product?.close(), 60_000);

test('nothing is wrong: nothing fires', async () => {
  await waitForEnds(product.client, [await product.run('say hello world')], 60_000);
  await eventually(async () => (await product.prometheus.query('up == 1')) === product.cluster.replicas.length);
  await delay(3_000);
  expect((await product.prometheus.firing()).filter(({ labels }) => labels.severity === 'page')).toEqual([]);
}, 120_000);

test('gateway flooded', async () => {
  const ask = () =>
    fetch(`${product.cluster.url}/agent`, {
      method: 'POST',
      headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
      body: '{}',
    }).then((response) => response.arrayBuffer());
  let flooding = true;
  const flood = (async () => {
    while (flooding) await Promise.all([...Array.from({ length: 10 }, ask), delay(200)]);
  })();
  await product.fires('GatewayFlooded', { endpoint: 'POST /agent' });
  flooding = false;
  await flood;
  await product.isQuiet('GatewayFlooded');
}, 200_000);

test('task database down', async () => {
  const [replica] = product.replicasOf('task-service');
  replica?.database.unplug();
  await product.fires('DatabaseDown', { service: 'task-service' });
  replica?.database.plugIn();
  await product.isQuiet('DatabaseDown');
}, 200_000);

test('task database slow', async () => {
  const [replica] = product.replicasOf('task-service');
  replica?.database.slowDown(200);
  await product.fires('DatabaseSlow', { service: 'task-service' });
  replica?.database.slowDown(0);
  await product.isQuiet('DatabaseSlow');
}, 200_000);

test('broker down', async () => {
  await product.cluster.kafka.kill();
  await product.fires('BrokerDown', { service: 'task-service' });
  await product.cluster.kafka.restart();
  await product.isQuiet('BrokerDown');
}, 200_000);

test('Redis down', async () => {
  await product.cluster.redis.kill();
  await product.fires('RedisDown', { service: 'task-service' });
  await product.cluster.redis.restart();
  await product.isQuiet('RedisDown');
}, 200_000);

test('consumer stuck', async () => {
  await product.withLock('notification-service', 'inbox', async () => {
    await product.run('say hello world');
    await product.fires('ConsumerStuck', { service: 'notification-service' });
  });
  await product.isQuiet('ConsumerStuck');
}, 200_000);

test('outbox growing', async () => {
  await product.withLock('task-service', 'leases', async () => {
    await product.client.request('POST', '/tasks', { type: 'build', goal: 'wait' });
    await product.fires('OutboxGrows', { service: 'task-service' });
  });
  await product.isQuiet('OutboxGrows');
}, 200_000);

test('provider failing', async () => {
  product.wishes.providerFails = true;
  await product.run('write down', 'claude');
  await product.fires('ProviderFails', { provider: 'claude' });
  product.wishes.providerFails = false;
}, 200_000);

test('provider slow and dear', async () => {
  const slowTask = await product.run('be slow and dear', 'chatgpt');
  await product.fires('ProviderSlow', { provider: 'chatgpt' });
  await product.fires('ProviderDear', { provider: 'chatgpt' });
  await waitForEnds(product.client, [slowTask], 60_000);
}, 200_000);

test('workers dying in a loop', async () => {
  product.wishes.workersSlow = true;
  const runs = await Promise.all(Array.from({ length: 6 }, () => product.run('write down', 'chatgpt')));
  for (let round = 0; round < 12; round += 1) {
    if ((await product.prometheus.firing()).some(({ name }) => name === 'WorkersDie')) break;
    const worker = product.replicasOf('agent-service')[round % 2];
    await worker?.kill();
    await delay(4_000);
    await worker?.restart();
  }
  await product.fires('WorkersDie');
  product.wishes.workersSlow = false;
  await waitUntilReady(product.replicasOf('agent-service'));
  expect(runs.length).toBe(6);
}, 300_000);

(canMount() ? test : test.skip)(
  'disk nearly full',
  async () => {
    const { bavail, bsize } = statfsSync(product.home);
    const ballast = join(product.home, 'ballast');
    writeFileSync(ballast, Buffer.alloc(bavail * bsize - 2 * 1024 * 1024));
    await product.fires('DiskNearlyFull', { service: 'agent-service' });
    rmSync(ballast);
    await product.isQuiet('DiskNearlyFull', { service: 'agent-service' });
  },
  200_000,
);

test('poison messages', async () => {
  const settings = {
    KAFKA_BROKERS: product.cluster.kafka.broker,
    KAFKA_SSL: false,
    KAFKA_GROUP_PREFIX: 'builder.',
    KAFKA_SESSION_TIMEOUT_MS: 6_000,
  };
  const producer = newKafkaClient({ settings, clientId: 'faults', logger: silentLogger }).producer();
  await producer.connect();
  await producer.send({ topic: 'task.commands', messages: [{ key: 'poisoned', value: 'this is no event' }] });
  await producer.disconnect();
  await product.fires('PoisonMessage', { service: 'agent-service' });
  const { body } = await product.client.request<{ id: string }[]>('GET', '/admin/dead-letters/agent-service');
  for (const { id } of body) await product.client.request('POST', `/admin/dead-letters/agent-service/${id}/discard`);
  await product.isQuiet('PoisonMessage');
}, 200_000);

const panels = dashboards.flatMap(({ title, panels: all }) =>
  all.flatMap((panel) => Object.values(panel.queries).map((query) => [`${title}: ${panel.title}`, query] as const)),
);

/** Panels that are empty while all is well. */
const EMPTY = /Checks that are not healthy|Alerts that fire|429|5xx/;

test.each(panels)('the panel "%s" asks what this Prometheus has: %s', async (title, query) => {
  const series = await product.prometheus.query(query);
  if (!EMPTY.test(title)) expect(series).toBeGreaterThan(0);
});
