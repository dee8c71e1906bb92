// Redis is killed, hangs or forgets: every answer of task-service stays right, and it goes on by itself.
import { parseToldAhead, TOLD_AHEAD, type ToldAhead } from '@builder-ai/contracts/told-ahead';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { eventually } from '@builder-ai/testing/eventually';
import type { TestRedis } from '@builder-ai/testing/redis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenReplicas, givenReplicas } from './given-replicas.ts';

let given: GivenReplicas;

type Four<T> = [T, T, T, T];

/** Consumes every event; and the one that consumes none. */
const [A, B] = [0, 1] as const;

beforeEach(async () => {
  given = await givenReplicas();
  await given.untilRedisIs('healthy');
});

afterEach(() => given.close());

async function newTask(goal: string): Promise<string> {
  return (await given.call(A, 'post', '/tasks').send({ goal })).body.id;
}

/** What both replicas say of a task, read twice each so that a cache would answer. */
async function readEverywhere(id: string): Promise<unknown[]> {
  const answers: unknown[] = [];
  for (const replica of [A, B, A, B]) {
    const task = await given.call(replica, 'get', `/tasks/${id}`);
    const list = await given.call(replica, 'get', '/tasks');
    const listed = list.body.find((item: { id: string }) => item.id === id);
    answers.push([task.status, task.body.status, list.status, listed?.status]);
  }
  return answers;
}

const says = (status: string) => Array(4).fill([200, status, 200, status]);

describe.each([
  ['killed', (redis: TestRedis) => redis.kill(), (redis: TestRedis) => redis.restart()],
  ['paused', (redis: TestRedis) => redis.pause(), (redis: TestRedis) => redis.resume()],
])('while Redis is %s', (_how, leave, comeBack) => {
  test('every answer is right, also for what was cached before, and so it is after that', async () => {
    const id = await newTask('cached before');
    expect(await readEverywhere(id)).toEqual(says('queued'));
    await leave(given.redis);
    const run = await given.call(A, 'post', `/tasks/${id}/run-all`);
    expect([run.status, run.body.status]).toEqual([200, 'completed']);
    expect(await readEverywhere(id)).toEqual(says('completed'));
    const other = await newTask('made meanwhile');
    expect(await readEverywhere(other)).toEqual(says('queued'));
    await comeBack(given.redis);
    await given.untilRedisIs('healthy');
    expect(await readEverywhere(id)).toEqual(says('completed'));
    const ran = await given.call(B, 'post', `/tasks/${other}/run-all`);
    expect([ran.status, ran.body.status]).toEqual([200, 'completed']);
  });

  test('it is ready, as degraded, and what it was before by itself; the log says each once', async () => {
    const before = (await given.readiness(A)).body;
    await leave(given.redis);
    await given.untilRedisIs('unhealthy');
    const { status, body } = await given.readiness(A);
    expect([status, body.status, body.checks.redis]).toEqual([
      200,
      'degraded',
      { status: 'unhealthy', error: 'unreachable', duration_ms: expect.any(Number) },
    ]);
    for (let index = 0; index < 20; index += 1) expect((await given.call(A, 'get', '/tasks')).status).toBe(200);
    await comeBack(given.redis);
    await given.untilRedisIs('healthy');
    expect((await given.readiness(A)).body.status).toBe(before.status);
    const log = await given.readLog();
    // Two replicas write into this file.
    expect([log.match(/Redis is away/g)?.length, log.match(/Redis is back/g)?.length]).toEqual([2, 2]);
  });
});

/** Creates tasks and reads them at the other replica, alone and in the list. @returns how many, and what went wrong */
async function createAndRead(isOver: () => boolean): Promise<{ created: number; wrong: unknown[] }> {
  const wrong: unknown[] = [];
  let created = 0;
  while (!isOver()) {
    const goal = `task ${created}`;
    const { status, body } = await given.call(A, 'post', '/tasks').send({ goal });
    const [one, again, list] = await Promise.all([
      given.call(B, 'get', `/tasks/${body.id}`),
      given.call(A, 'get', `/tasks/${body.id}`),
      given.call(B, 'get', '/tasks'),
    ]);
    const statuses = [status, one.status, again.status, list.status];
    const isListed = list.status === 200 && list.body.some((task: { id: string }) => task.id === body.id);
    if (statuses.some((each) => each !== 200) || one.body.goal !== goal || again.body.goal !== goal || !isListed)
      wrong.push([statuses, one.body, again.body, isListed]);
    created += 1;
  }
  return { created, wrong };
}

test.each([
  ['killed', (redis: TestRedis) => redis.kill(), (redis: TestRedis) => redis.restart()],
  ['paused', (redis: TestRedis) => redis.pause(), (redis: TestRedis) => redis.resume()],
])('Redis %s in the middle of requests fails none of them and falsifies no answer', async (_how, leave, comeBack) => {
  let over = false;
  const clients = Array.from({ length: 6 }, () => createAndRead(() => over));
  for (let outage = 0; outage < 2; outage += 1) {
    await leave(given.redis);
    await given.untilRedisIs('unhealthy');
    await comeBack(given.redis);
    await given.untilRedisIs('healthy');
  }
  over = true;
  for (const { created, wrong } of await Promise.all(clients)) {
    expect(created).toBeGreaterThan(0);
    expect(wrong).toEqual([]);
  }
});

test('Redis flushed in the middle of requests fails none of them and falsifies no answer', async () => {
  let over = false;
  const clients = Array.from({ length: 6 }, () => createAndRead(() => over));
  for (let round = 0; round < 20; round += 1) {
    await given.inRedis((client) => client.flushall());
    expect((await given.call(A, 'get', '/tasks')).status).toBe(200);
  }
  over = true;
  for (const { wrong } of await Promise.all(clients)) expect(wrong).toEqual([]);
});

test('all that it keeps in Redis bears its name and ends by itself', async () => {
  const id = await newTask('kept');
  await readEverywhere(id);
  const kept = await given.inRedis(async (client) => {
    const keys = (await client.keys('*')).sort();
    return Promise.all(keys.map(async (key) => [key, Math.ceil((await client.pttl(key)) / 60_000)]));
  });
  expect(kept).toEqual([
    [`builder:task-service:cache:task:${id}`, 5],
    ['builder:task-service:cache:tasks:all:owner-1', 1],
  ]);
  expect((await given.inRedis((client) => client.pubsub('CHANNELS'))).sort()).toEqual([
    'builder:agent.events',
    'builder:task-service:ends-of-jobs',
    'builder:task-service:outboxes',
  ]);
});

test('the end of a job that one replica sees is told to the other, whose request waits for it', async () => {
  const told = await given.listen('builder:task-service:ends-of-jobs');
  const run = await given.call(B, 'post', `/tasks/${await newTask('waited for')}/run-all`);
  expect([run.status, run.body.status]).toEqual([200, 'completed']);
  await eventually(() => told.length > 0);
});

test('what Redis forgets or others write into it is never told', async () => {
  const id = await newTask('forgotten');
  expect(await readEverywhere(id)).toEqual(says('queued'));
  await given.inRedis((client) => client.flushall());
  expect(await readEverywhere(id)).toEqual(says('queued'));
  await given.inRedis(async (client) => {
    for (const key of await client.keys('*')) await client.set(key, '{"seq":');
  });
  expect(await readEverywhere(id)).toEqual(says('queued'));
});

test('an entry is told of as it is committed', async () => {
  const told = await given.listen(TOLD_AHEAD.prefix + TOLD_AHEAD.name);
  const id = await newTask('told');
  await given.call(A, 'post', `/tasks/${id}/run-all`);
  await eventually(() => told.length === 1);
  const { taskId, lastSeq, events } = parseToldAhead(told[0] as string) as ToldAhead;
  expect([taskId, lastSeq]).toEqual([id, 2]);
  expect(events.map((text) => JSON.parse(text))).toEqual([
    expect.objectContaining({ seq: 2, type: 'task.completed', ownerid: 'owner-1' }),
  ]);
});

test('what agent-service tells of, and has signed, is applied before the bus brings it, and once', async () => {
  const id = await newTask('told by an agent');
  const [one, two, three, four] = [1, 2, 3, 4].map((n) => given.agentSays(id, `line ${n}`)) as Four<BusMessage>;
  const untilLogged = (count: number) =>
    eventually(async () => {
      const { body } = await given.call(B, 'get', `/tasks/${id}/logs`);
      return body.length === count && body.map(({ message }: { message: string }) => message);
    });
  await given.bus.publish([one]);
  await untilLogged(1);
  await given.agentTells(two);
  await untilLogged(2);
  await given.agentTells({ ...three, value: three.value.replace('line 3', 'forged') }, three);
  await given.agentTells(three);
  await untilLogged(3);
  await given.bus.publish([two, three, four]);
  expect(await untilLogged(4)).toEqual(['line 1', 'line 2', 'line 3', 'line 4']);
  expect(await given.metrics()).toMatch(/^events_applied_ahead_total\{topic="agent.events",.*\} 2$/m);
});
