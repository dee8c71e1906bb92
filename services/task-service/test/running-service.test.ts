// The service as it is started: real HTTP, the local bus on its own database, keys fetched from the gateway.
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { runStarted } from '@builder-ai/contracts/events/run-started';
import type { Bus, BusMessage } from '@builder-ai/platform/bus/bus';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import { openDatabase } from '@builder-ai/platform/database';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import type { RunningService } from '@builder-ai/platform/run-process';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import request from 'supertest';
import { startTaskService } from '../src/compose.ts';
import { newMessages } from './given-agent.ts';

type Databases = { [name in 'own' | 'bus' | 'gateway']: Awaited<ReturnType<typeof openServiceDatabase>> };

let databases: Databases;
let gateway: Server;
let bus: Bus;
let logs: string;
let service: RunningService;
let headers: Record<string, string>;
const told: { type: string; seq: number }[] = [];

beforeAll(async () => {
  logs = mkdtempSync(join(tmpdir(), 'task-service '));
  databases = {
    own: await openServiceDatabase(),
    bus: await openServiceDatabase(),
    gateway: await openServiceDatabase('gateway'),
  };
  const db = openDatabase({ url: databases.gateway.url, name: 'test', logger: silentLogger });
  const key = await openSigningKey(db);
  await db.close();
  headers = await newIdentityIssuer('gateway', key).headerFor('task-service', {
    userId: 'owner-1',
    kind: 'user',
    scopes: ['read', 'run', 'admin'],
  });
  gateway = createServer((_request, response) => response.end(JSON.stringify(key.jwks))).listen(0, '127.0.0.1');
  await new Promise((resolve) => gateway.once('listening', resolve));
  bus = await openLocalBus({ databaseUrl: databases.bus.url, logger: silentLogger });
  await bus.subscribe('agent-service', ['task.commands'], answerAsAgent);
  await bus.subscribe('notification-service', ['task.events'], async ({ value }) => void told.push(JSON.parse(value)));
  service = await startTaskService(environment(), { bus });
});

afterAll(async () => {
  await service.close();
  await bus.close();
  await new Promise((resolve) => gateway.close(resolve));
  for (const database of Object.values(databases)) await database.drop();
  rmSync(logs, { recursive: true });
});

function environment() {
  const { port } = gateway.address() as { port: number };
  const nobody = 'http://127.0.0.1:9';
  return {
    PORT: '0',
    DATABASE_URL: databases.own.url,
    LOG_FILE: join(logs, 'task-service.log'),
    GATEWAY_URL: `http://127.0.0.1:${port}`,
    TASK_SERVICE_URL: nobody,
    AGENT_SERVICE_URL: nobody,
    NOTIFICATION_SERVICE_URL: nobody,
  };
}

const message = newMessages();

/** An agent-service that does every run at once. */
async function answerAsAgent({ key: taskId, value }: BusMessage): Promise<void> {
  const { job_id } = JSON.parse(value).data;
  await bus.publish([
    message(taskId, runStarted, { job_id, agent: 'template' }),
    message(taskId, planCreated, planCreated.sample),
    message(taskId, logAdded, logAdded.sample),
    message(taskId, runCompleted, { job_id }),
  ]);
}

const call = (method: 'get' | 'post', path: string) => request(service.url)[method](path).set(headers);

test('a run goes over the bus and back, and every entry of the timeline is told in order', async () => {
  const { body: task } = await call('post', '/tasks').send({ goal: 'a page' });
  const { status, body } = await call('post', `/tasks/${task.id}/run-all`);
  expect([status, body.status, body.seq]).toEqual([200, 'completed', 5]);
  await eventually(() => told.length >= 5);
  expect(told.map(({ seq, type }) => [seq, type])).toEqual([
    [1, 'task.created'],
    [2, 'run.started'],
    [3, 'plan.created'],
    [4, 'log.added'],
    [5, 'task.completed'],
  ]);
});

test('it is alive and ready, and says what it checked', async () => {
  expect((await request(service.url).get('/health')).body).toEqual({ status: 'ok' });
  expect((await request(service.url).get('/health/liveness')).body).toEqual({ status: 'alive' });
  const { status, body } = await request(service.url).get('/health/readiness');
  expect([status, Object.keys(body.checks)]).toEqual([200, ['database', 'bus', 'outbox', 'disk_space']]);
});

test('its metrics count tasks', async () => {
  await call('post', '/tasks').send({ goal: 'another page' });
  const metrics = (await request(service.url).get('/metrics')).text;
  const values = Object.fromEntries([...metrics.matchAll(/^(\w+)\{[^}]*\} (\d+)$/gm)].map(([, name, n]) => [name, n]));
  expect(values).toMatchObject({
    tasks_created_total: '2',
    tasks_completed_total: '1',
    tasks_failed_total: '0',
    active_tasks: '0',
  });
  expect(metrics).toContain('api_request_duration_seconds_bucket');
  expect(metrics).toContain('endpoint="POST /tasks/:id/run-all"');
});

test('after a stop and another start it goes on where it was', async () => {
  const { body: task } = await call('post', '/tasks').send({ goal: 'a page' });
  await service.close();
  service = await startTaskService(environment(), { bus });
  expect((await call('get', `/tasks/${task.id}`)).body.id).toBe(task.id);
});

test('a start on a port that is taken fails and leaves nothing behind: the next one serves and consumes', async () => {
  const { port } = gateway.address() as { port: number };
  await service.close();
  await expect(startTaskService({ ...environment(), PORT: String(port) }, { bus })).rejects.toThrow('EADDRINUSE');
  expect(await countConnections()).toEqual([{ n: 0 }]);
  service = await startTaskService(environment(), { bus });
  const { body: task } = await call('post', '/tasks').send({ goal: 'a page' });
  expect((await call('post', `/tasks/${task.id}/run-all`)).body.status).toBe('completed');
});

/** Of task-service to its database. */
async function countConnections() {
  const db = openDatabase({ url: databases.bus.url, name: 'test', logger: silentLogger });
  const database = new URL(databases.own.url).pathname.slice(1);
  return db
    .query(`select count(*) as n from pg_stat_activity where application_name = 'task-service' and datname = $1`, [
      database,
    ])
    .finally(() => db.close());
}

test('every fault of the configuration is told at once, without a value', async () => {
  const faulty = { ...environment(), PORT: 'secret', RUN_WAIT_MS: '1', DATABASE_URL: '' };
  const failure = await startTaskService(faulty, { bus }).catch((error: Error) => error.message);
  for (const name of ['PORT', 'RUN_WAIT_MS', 'DATABASE_URL']) expect(failure).toContain(name);
  expect(failure).not.toContain('secret');
});
