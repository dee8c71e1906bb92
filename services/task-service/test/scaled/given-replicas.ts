// Two replicas of task-service as they are started, on one database, one bus and one Redis that a test may stop. The first
// one consumes every event.

import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { runCompleted } from '@builder-ai/contracts/events/run-completed';
import { signText } from '@builder-ai/platform/ahead/signed-text';
import type { Bus, BusMessage } from '@builder-ai/platform/bus/bus';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import { openDatabase } from '@builder-ai/platform/database';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { openRedis } from '@builder-ai/platform/redis/redis';
import { openWakeChannel, type WakeChannel } from '@builder-ai/platform/redis/wake-channel';
import type { RunningService } from '@builder-ai/platform/run-process';
import { openSigningKey } from '@builder-ai/platform/signing-key';
import { eventually } from '@builder-ai/testing/eventually';
import { startTestRedis } from '@builder-ai/testing/redis';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import request from 'supertest';
import { startTaskService } from '../../src/compose.ts';
import { newMessages } from '../given-agent.ts';

export type GivenReplicas = Awaited<ReturnType<typeof givenReplicas>>;

export async function givenReplicas() {
  const redis = await startTestRedis();
  const own = await openServiceDatabase();
  const busDatabase = await openServiceDatabase();
  const gatewayDatabase = await openServiceDatabase('gateway');
  const gatewayDb = openDatabase({ url: gatewayDatabase.url, name: 'test', logger: silentLogger });
  const key = await openSigningKey(gatewayDb);
  await gatewayDb.close();
  const headers = await newIdentityIssuer('gateway', key).headerFor('task-service', {
    userId: 'owner-1',
    kind: 'user',
    scopes: ['read', 'run', 'admin'],
  });
  const gateway = createServer((_request, response) => response.end(JSON.stringify(key.jwks))).listen(0, '127.0.0.1');
  await new Promise((resolve) => gateway.once('listening', resolve));
  const gatewayUrl = `http://127.0.0.1:${(gateway.address() as AddressInfo).port}`;
  const bus = await openLocalBus({ databaseUrl: busDatabase.url, logger: silentLogger });
  const message = newMessages();
  // An agent-service that does every run at once.
  await bus.subscribe('agent-service', ['task.commands'], async ({ key: taskId, value }) => {
    await bus.publish([message(taskId, runCompleted, { job_id: JSON.parse(value).data.job_id })]);
  });
  const logs = await mkdtemp(join(tmpdir(), 'task-service '));
  const logFile = join(logs, 'task-service.log');
  const nobody = 'http://127.0.0.1:9';
  const env = {
    PORT: '0',
    DATABASE_URL: own.url,
    LOG_FILE: logFile,
    REDIS_URL: redis.url,
    GATEWAY_URL: gatewayUrl,
    TASK_SERVICE_URL: nobody,
    // Signs by the same key as the gateway.
    AGENT_SERVICE_URL: gatewayUrl,
    NOTIFICATION_SERVICE_URL: nobody,
  };
  const replicas: [RunningService, RunningService] = [
    await startTaskService(env, { bus }),
    await startTaskService(env, { bus: withoutPartitions(bus) }),
  ];
  const readiness = async (replica: number) =>
    request((replicas[replica] as RunningService).url).get('/health/readiness');
  const direct = openRedis({ url: redis.url, prefix: '', logger: silentLogger });
  const listeners: WakeChannel[] = [];
  return {
    redis,
    bus,
    /** What agent-service would publish next of a task. */
    agentSays: (taskId: string, text: string) =>
      message(taskId, logAdded, { level: 'info', agent: 'template', step: null, message: text }),
    /** Tells of it by Redis. @param signed what is signed, if it is something else */
    async agentTells({ key: taskId, value }: BusMessage, signed = { value }): Promise<void> {
      const payload = `${signText(`${taskId}\n${signed.value}`, key)}\n${taskId}\n${value}`;
      await direct.run((client) => client.publish('builder:agent.events', payload));
    },
    /** Asks Redis itself, while it is there. */
    inRedis: direct.run,
    /** What is told on a channel, from now on. */
    async listen(channel: string): Promise<string[]> {
      const heard: string[] = [];
      const listener = openWakeChannel(direct, channel);
      listeners.push(listener);
      listener.subscribe((payload) => heard.push(payload));
      await eventually(() => listener.connected());
      return heard;
    },
    readiness,
    metrics: () => replicas[0].metrics?.registry.metrics(),
    readLog: () => readFile(logFile, 'utf8'),
    /** Asks one of the two. */
    call: (replica: 0 | 1, method: 'get' | 'post', path: string) =>
      request(replicas[replica].url)[method](path).set(headers),
    /** Until both replicas know how Redis is. */
    async untilRedisIs(status: 'healthy' | 'unhealthy') {
      for (const replica of [0, 1])
        await eventually(async () => (await readiness(replica)).body.checks.redis.status === status);
    },
    async close() {
      for (const replica of replicas) await replica.close();
      await bus.close();
      await new Promise((resolve) => gateway.close(resolve));
      for (const database of [own, busDatabase, gatewayDatabase]) await database.drop();
      for (const listener of listeners) listener.close();
      direct.close();
      await redis.close();
      await rm(logs, { recursive: true, force: true });
    },
  };
}

/** The bus as a replica has it to which no partition was given. */
const withoutPartitions = (bus: Bus): Bus => ({ ...bus, subscribe: async () => ({ close: async () => {} }) });
