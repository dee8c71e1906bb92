// What one replica consumes reaches the sockets of the other, in order and once: by Redis, and without it by the feed.
import { keyRevoked } from '@builder-ai/contracts/events/key-revoked';
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import { taskCompleted } from '@builder-ai/contracts/events/timeline-entries';
import type { TaskEvent } from '@builder-ai/contracts/task';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { silentLogger } from '@builder-ai/platform/logger';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel } from '@builder-ai/platform/redis/wake-channel';
import type { RunningService } from '@builder-ai/platform/run-process';
import { eventually } from '@builder-ai/testing/eventually';
import type { TestRedis } from '@builder-ai/testing/redis';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type GivenService, OWNER } from '../given-service.ts';
import { toEntry, toMessage, toSeqs } from '../timeline-message.ts';
import { expectBothGet, type GivenReplicas, givenReplicas } from './given-replicas.ts';

let given: GivenReplicas;
/** Consumes every event. */
let a: GivenService;
let b: RunningService;
let redis: TestRedis;

beforeEach(async () => {
  given = await givenReplicas();
  ({ a, b, redis } = given);
});

afterEach(() => given.close());

test('entries reach sockets at both replicas whole, in order and once', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await a.publish(id, 1, 50);
  await expectBothGet(sent, 50);
  expect(sent[1]).toEqual(sent[0]);
});

test('a replica tells the others what it consumes, and its sockets what others tell, before the feed has it', async () => {
  const client = openRedis({ url: redis.url, prefix: 'builder:notification-service:', logger: silentLogger });
  const third = openWakeChannel(client, 'entries');
  try {
    const heard: TaskEvent[] = [];
    third.subscribe((payload) => heard.push(JSON.parse(payload).event));
    await eventually(async () => {
      const [, listening] = await client.run((each) => each.pubsub('NUMSUB', 'builder:notification-service:entries'));
      return listening === 3;
    });
    const [consumed, told] = [a.newTask(), a.newTask()];
    await a.publish(consumed, 1, 3);
    await eventually(() => heard.length === 3);
    expect(toSeqs(heard)).toEqual([1, 2, 3]);
    const sent = await given.watchAtBoth(told);
    third.publish(JSON.stringify({ from: 'the third', event: { ...heard[0], task_id: told } }));
    await expectBothGet(sent, 1);
  } finally {
    third.close();
    client.close();
  }
});

test('the socket at the other replica is sent the whole task as well', async () => {
  const id = a.newTask();
  const socket = await a.connect({}, b.url);
  await socket.emitWithAck('subscribe_task', id);
  const updates: number[] = [];
  socket.on('task_update', (task: { seq: number }) => updates.push(task.seq));
  await a.publish(id, 1, 3);
  await eventually(() => updates.at(-1) === 3);
});

test('notifications and the tasks of a project reach sockets at the other replica', async () => {
  const id = a.newTask();
  const sockets = [await a.connect(), await a.connect({}, b.url)];
  const heard = sockets.map((socket) => {
    const names = new Set<string>();
    socket.onAny((name: string) => names.add(name));
    return names;
  });
  for (const socket of sockets) await socket.emitWithAck('subscribe_project', null);
  await a.bus.publish([toEntry(id, 1, taskCreated), toEntry(id, 2, taskCompleted)]);
  await eventually(() => heard.every((names) => names.has('notification') && names.has('project_update')));
});

test('a key that is revoked ends its socket at the replica that did not consume the event, and no other', async () => {
  const by = async (key: string) => ({
    extraHeaders: await a.headersFor(OWNER, 'notification-service', undefined, key),
  });
  const [ended, kept] = [await a.connect(await by('key-1'), b.url), await a.connect(await by('key-2'), b.url)];
  const data = { key_id: 'key-1', reason: 'revoked' as const };
  const envelope = { ...toEnvelope('gateway', keyRevoked, data, { key: OWNER }), runseq: 1 };
  await a.bus.publish([{ topic: 'identity.events', key: OWNER, value: JSON.stringify(envelope) }]);
  await eventually(() => !ended.connected);
  expect(kept.connected).toBe(true);
});

test('after Redis was away, whoever looks at a project is told to read its list again', async () => {
  const socket = await a.connect({}, b.url);
  const resets: unknown[] = [];
  socket.on('reset', (reset) => resets.push(reset));
  expect(await socket.emitWithAck('subscribe_project', null)).toMatchObject({ ok: true });
  await redis.kill();
  await given.untilRedisIs('unhealthy');
  await redis.restart();
  await eventually(() => resets.length > 0);
  expect(resets[0]).toEqual({ project_id: OWNER });
});

test('an entry too large to be told is read from the feed, in its place', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  const text = 'ü'.repeat(100_000);
  await a.publish(id, 1);
  await a.bus.publish([large(toMessage(id, 2), text)]);
  await a.publish(id, 3);
  await expectBothGet(sent, 3);
  expect(sent.map((events) => events[1]?.data.message)).toEqual([text, text]);
});

function large(message: ReturnType<typeof toMessage>, text: string): ReturnType<typeof toMessage> {
  const event = JSON.parse(message.value);
  return { ...message, value: JSON.stringify({ ...event, data: { ...event.data, message: text } }) };
}

test.each([
  ['killed', (server: TestRedis) => server.kill(), (server: TestRedis) => server.restart()],
  ['paused', (server: TestRedis) => server.pause(), (server: TestRedis) => server.resume()],
])('before, while and after Redis is %s nothing is missed, doubled or out of order', async (_how, leave, comeBack) => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await a.publish(id, 1, 10);
  await expectBothGet(sent, 10);
  await leave(redis);
  // Nobody has noticed yet.
  await a.publish(id, 11, 20);
  await expectBothGet(sent, 20);
  await given.untilRedisIs('unhealthy');
  await a.publish(id, 21, 30);
  await expectBothGet(sent, 30);
  await comeBack(redis);
  // While the replicas come back one after the other.
  await a.publish(id, 31, 40);
  await expectBothGet(sent, 40);
  await given.untilRedisIs('healthy');
  await a.publish(id, 41, 50);
  await expectBothGet(sent, 50);
});

test('without Redis a replica looks so often that twelve entries, one after the other, come in good time', async () => {
  const id = a.newTask();
  const sent = await given.watchAtBoth(id);
  await redis.kill();
  await given.untilRedisIs('unhealthy');
  let published = 0;
  // Within the time that this allows there are far fewer looks of those of a replica that hears the others.
  await eventually(async () => {
    if (sent[1]?.length === published && published < 12) {
      published += 1;
      await a.publish(id, published);
    }
    return sent[1]?.length === 12;
  });
});
