// Redis is killed, hangs or forgets: every answer of task-service stays right, and it goes on by itself.
import type { TestRedis } from '@builder-ai/testing/redis';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { type GivenReplicas, givenReplicas } from './given-replicas.ts';

let given: GivenReplicas;

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
