// Replicas of the gateway share their limits through Redis; while it is away each one limits alone, and nobody waits for it.
import { silentLogger } from '@builder-ai/platform/logger';
import { openRedis, type RedisCommand } from '@builder-ai/platform/redis/redis';
import { eventually } from '@builder-ai/testing/eventually';
import { startTestRedis, type TestRedis } from '@builder-ai/testing/redis';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { BY_KEY, type GivenGateway, givenGateway } from '../given-gateway.ts';

const LIMIT = 6;

let redis: TestRedis;
let replicas: [GivenGateway, GivenGateway];

beforeEach(async () => {
  redis = await startTestRedis();
  const env = { REDIS_URL: redis.url, RATE_LIMIT_TASKS: String(LIMIT) };
  replicas = [await givenGateway(env), await givenGateway(env)];
  await untilRedisIs('healthy');
});

afterEach(async () => {
  for (const replica of replicas) await replica.close();
  await redis.close();
});

/** Until every replica knows how Redis is; it is ready in either case. */
async function untilRedisIs(status: 'healthy' | 'unhealthy'): Promise<void> {
  for (const { url } of replicas) {
    await eventually(async () => {
      const answer = await request(url).get('/health/readiness');
      return answer.status === 200 && answer.body.checks.redis.status === status;
    });
  }
}

const post = (replica: GivenGateway) => request(replica.url).post('/tasks').set(BY_KEY).send({});

/** One after the other, at each replica in turn. */
async function postInTurn(count: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let index = 0; index < count; index += 1)
    statuses.push((await post(replicas[index % 2] as GivenGateway)).status);
  return statuses;
}

async function inRedis<T>(command: RedisCommand<T>): Promise<T> {
  const direct = openRedis({ url: redis.url, prefix: '', logger: silentLogger });
  try {
    await eventually(() => direct.isHere());
    return await direct.run(command);
  } finally {
    direct.close();
  }
}

const allowed = (statuses: number[]) => statuses.filter((status) => status === 200).length;

test('what one replica has let through counts at the other: together they keep the limit, one after the other', async () => {
  expect(await postInTurn(LIMIT + 2)).toEqual([...Array(LIMIT).fill(200), 429, 429]);
  const answer = await post(replicas[1]);
  expect(Number(answer.headers['retry-after'])).toBeGreaterThan(0);
  expect(answer.headers.ratelimit).toMatch(/^"tasks"; r=0; t=\d+/);
});

test('many requests at once are as many as the limit allows', async () => {
  const answers = await Promise.all(
    Array.from({ length: 4 * LIMIT }, (_, index) => post(replicas[index % 2] as GivenGateway)),
  );
  expect(allowed(answers.map((answer) => answer.status))).toBe(LIMIT);
});

test('counters end with their window and name no key', async () => {
  await post(replicas[0]);
  const [keys, lifetimes] = await inRedis(async (client) => {
    const found = await client.keys('*');
    return [found.sort(), await Promise.all(found.map((key) => client.pttl(key)))];
  });
  expect(keys).toEqual([
    expect.stringMatching(/^builder:gateway:rate-limit:tasks-user:user:[0-9a-f-]{36}$/),
    'builder:gateway:rate-limit:tasks:key:environment',
  ]);
  for (const lifetime of lifetimes) expect(lifetime).toBeGreaterThan(0);
});

test.each([
  ['killed', (server: TestRedis) => server.kill(), (server: TestRedis) => server.restart()],
  ['paused', (server: TestRedis) => server.pause(), (server: TestRedis) => server.resume()],
])(
  'Redis %s: every request is answered, each replica limits alone; after that they share again',
  async (_how, leave, comeBack) => {
    await leave(redis);
    expect(allowed(await postInTurn(4 * LIMIT))).toBe(2 * LIMIT);
    await untilRedisIs('unhealthy');
    expect(allowed(await postInTurn(4))).toBe(0);
    await comeBack(redis);
    await untilRedisIs('healthy');
    expect(allowed(await postInTurn(2 * LIMIT))).toBe(LIMIT);
  },
);

test('Redis flushed: the count begins anew, and is shared', async () => {
  expect(allowed(await postInTurn(LIMIT + 2))).toBe(LIMIT);
  await inRedis(async (client) => {
    await client.flushall();
    await client.script('FLUSH');
  });
  expect(allowed(await postInTurn(LIMIT + 2))).toBe(LIMIT);
});

test('without Redis from the start it serves and limits, and shares as soon as Redis comes', async () => {
  await redis.kill();
  const late = await givenGateway({ REDIS_URL: redis.url, RATE_LIMIT_TASKS: String(LIMIT) });
  const statuses: number[] = [];
  for (let index = 0; index < LIMIT + 2; index += 1) statuses.push((await post(late)).status);
  await redis.restart();
  const before = replicas;
  replicas = [late, replicas[0]];
  await untilRedisIs('healthy');
  const after = await postInTurn(2 * LIMIT);
  await before[1].close();
  expect([allowed(statuses), allowed(after)]).toEqual([LIMIT, LIMIT]);
});
