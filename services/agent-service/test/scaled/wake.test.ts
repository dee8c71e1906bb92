// A run that becomes ready at one replica is told to the workers of all; without Redis they find it by their sweep. What a run
// does is told to whoever applies it.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { newTextVerifier } from '@builder-ai/platform/ahead/signed-text';
import { openToldEvents } from '@builder-ai/platform/ahead/told-events';
import type { Bus, BusMessage } from '@builder-ai/platform/bus/bus';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { silentLogger } from '@builder-ai/platform/logger';
import { openRedis, type Redis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel, type WakeChannel } from '@builder-ai/platform/redis/wake-channel';
import type { RunningService } from '@builder-ai/platform/run-process';
import { JWKS_PATH } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { startTestRedis, type TestRedis } from '@builder-ai/testing/redis';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import request from 'supertest';
import { startAgentService } from '../../src/compose.ts';

type TestDatabase = Awaited<ReturnType<typeof openServiceDatabase>>;

let server: TestRedis;
let databases: { own: TestDatabase; bus: TestDatabase };
let home: string;
let bus: Bus;
let db: Database;
let service: RunningService;
let redis: Redis;
/** As another replica has it. */
let channel: WakeChannel;

beforeEach(async () => {
  server = await startTestRedis();
  databases = { own: await openServiceDatabase(), bus: await openServiceDatabase() };
  home = await mkdtemp(join(tmpdir(), 'agent-service '));
  bus = await openLocalBus({ databaseUrl: databases.bus.url, logger: silentLogger });
  const nobody = 'http://127.0.0.1:9';
  const env = {
    PORT: '0',
    DATABASE_URL: databases.own.url,
    REDIS_URL: server.url,
    BUILDER_HOME: home,
    AGENT_MODE: 'template',
    LOG_FILE: join(home, 'agent-service.log'),
    GATEWAY_URL: nobody,
    TASK_SERVICE_URL: nobody,
    AGENT_SERVICE_URL: nobody,
    NOTIFICATION_SERVICE_URL: nobody,
  };
  service = await startAgentService(env, { bus });
  db = openDatabase({ url: databases.own.url, name: 'test', logger: silentLogger, max: 2 });
  redis = openRedis({ url: server.url, prefix: 'builder:agent-service:', logger: silentLogger });
  channel = openWakeChannel(redis, 'ready-runs');
  await eventually(() => channel.connected());
  await untilRedisIs('healthy');
});

afterEach(async () => {
  channel.close();
  redis.close();
  await service.close();
  await bus.close();
  await db.close();
  for (const database of Object.values(databases)) await database.drop();
  await server.close();
  await rm(home, { recursive: true, force: true });
});

const readiness = () => request(service.url).get('/health/readiness');

const untilRedisIs = (status: 'healthy' | 'unhealthy') =>
  eventually(async () => (await readiness()).body.checks.redis.status === status);

async function requestRun(taskId: string): Promise<void> {
  const envelope = toEnvelope('task-service', runRequested, runRequested.sample, { key: taskId });
  await bus.publish([{ topic: runRequested.topic, key: taskId, value: JSON.stringify({ ...envelope, runseq: 1 }) }]);
}

const untilEnded = (taskId: string) =>
  eventually(async () => {
    const [run] = await db.query<{ state: string }>('select state from runs where task_id = $1', [taskId]);
    return run?.state === 'ended';
  });

test('a run that becomes ready is told to other replicas', async () => {
  let told = 0;
  channel.subscribe(() => {
    told += 1;
  });
  await requestRun('task-1');
  await eventually(() => told > 0);
});

test('while Redis hangs the service is ready, as degraded, and takes and ends runs', async () => {
  server.pause();
  await untilRedisIs('unhealthy');
  expect((await readiness()).status).toBe(200);
  await requestRun('task-1');
  await untilEnded('task-1');
});

test('what a run does is told as it is committed, signed by a key that the service shows', async () => {
  const told = openToldEvents({
    redis,
    topic: 'agent.events',
    verify: newTextVerifier(new URL(JWKS_PATH, service.url)),
    logger: silentLogger,
  });
  const heard: BusMessage[] = [];
  told.hear({ isMine: () => true, take: (messages) => void heard.push(...messages) });
  await eventually(() =>
    redis.run((client) => client.publish('builder:agent.events', '')).then((count) => count === 1),
  );
  await requestRun('task-1');
  await untilEnded('task-1');
  const rows = await db.query<{ no: number }>(`select no from outbox where key = 'task-1' order by no`);
  await eventually(() => heard.length === rows.length - 1);
  told.close();
  // All but the first.
  expect(heard.map(({ key, value }) => [key, JSON.parse(value).runseq])).toEqual(
    rows.slice(1).map(({ no }) => ['task-1', no]),
  );
});
