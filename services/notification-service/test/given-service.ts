// The real notification-service on databases of its own, with a local bus, a task-service and a gateway's public keys.
import { once } from 'node:events';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { messageDelta } from '@builder-ai/contracts/events/message-delta';
import type { Identity, ServiceName } from '@builder-ai/contracts/identity';
import type { Bus } from '@builder-ai/platform/bus/bus';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import type { Environment } from '@builder-ai/platform/config';
import { openDatabase } from '@builder-ai/platform/database';
import { toEnvelope } from '@builder-ai/platform/event-envelope';
import { newIdentityIssuer } from '@builder-ai/platform/identity';
import { silentLogger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import type { RunningService } from '@builder-ai/platform/run-process';
import { JWKS_PATH, type SigningKey } from '@builder-ai/platform/signing-key';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { exportJWK, generateKeyPair } from 'jose';
import { io, type ManagerOptions, type Socket, type SocketOptions } from 'socket.io-client';
import { startNotificationService } from '../src/compose.ts';
import { givenTaskService } from './given-task-service.ts';
import { toMessage } from './timeline-message.ts';

export type GivenService = Awaited<ReturnType<typeof givenService>>;

export const OWNER = 'owner-1';

/** @param settings what the service finds in its environment besides what it needs */
export async function givenService(settings: Environment = {}) {
  const database = await openServiceDatabase('services/notification-service');
  const busDatabase = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: busDatabase.url, logger: silentLogger });
  const logs = await mkdtemp(join(tmpdir(), 'notification logs '));
  const logFile = join(logs, 'notification-service.log');
  const taskService = await givenTaskService();
  const gateway = await givenGatewayKeys();
  const env = {
    PORT: '0',
    DATABASE_URL: database.url,
    LOG_FILE: logFile,
    GATEWAY_URL: gateway.url,
    TASK_SERVICE_URL: taskService.url,
    AGENT_SERVICE_URL: 'http://127.0.0.1:9',
    NOTIFICATION_SERVICE_URL: 'http://127.0.0.1:9',
    ...settings,
  };
  let service: RunningService;
  let stopped: Promise<void> | undefined;
  const start = async () => {
    service = await startNotificationService(env, { bus });
    stopped = undefined;
    taskService.believe(service.url);
  };
  const stop = () => {
    stopped ??= service.close();
    return stopped;
  };
  await start();
  const db = openDatabase({ url: database.url, name: 'test', logger: silentLogger, max: 4 });
  const clients: Socket[] = [];
  const replicas: RunningService[] = [];
  const headersFor = (
    userId = OWNER,
    audience: ServiceName = 'notification-service',
    projects?: Identity['projects'],
    credentialId?: string,
  ) => {
    const member = { ...(projects && { projects }), ...(credentialId && { credentialId }) };
    return gateway.issuer.headerFor(audience, { userId, kind: 'user', scopes: ['read', 'run', 'admin'], ...member });
  };
  return {
    db,
    bus,
    taskService,
    /** Where it listens; another address after each start. */
    get url() {
      return service.url;
    },
    /** What the service finds in its environment. */
    env,
    issuer: gateway.issuer,
    gatewayKey: gateway.key,
    headersFor,
    stop,
    /** Another replica, which consumes nothing: no partition was given to it. */
    async startReplica(): Promise<RunningService> {
      const idle: Bus = { ...bus, subscribe: async () => ({ close: async () => {} }) };
      const replica = await startNotificationService(env, { bus: idle });
      replicas.push(replica);
      return replica;
    },
    /** Once more, after a stop, on what the first one left. */
    start,
    readLog: () => readFile(logFile, 'utf8'),
    /** A new task that task-service knows. */
    newTask(ownerId = OWNER): string {
      const id = newId();
      taskService.tasks.set(id, { id, owner_id: ownerId, seq: 0 });
      return id;
    },
    /** Publishes the entries from..to of a task's timeline, as task-service would. */
    async publish(taskId: string, from: number, to = from, ownerId = OWNER): Promise<void> {
      const numbers = Array.from({ length: to - from + 1 }, (_, index) => from + index);
      const task = taskService.tasks.get(taskId);
      if (task) task.seq = to;
      await bus.publish(numbers.map((seq) => toMessage(taskId, seq, { ownerId })));
    },
    /** Broadcasts a piece of what a model says, as agent-service would. */
    broadcastDelta(taskId: string, text: string): void {
      const data = { ...messageDelta.sample, text };
      const value = JSON.stringify(toEnvelope('agent-service', messageDelta, data, { key: taskId }));
      bus.broadcast({ topic: 'agent.stream', key: taskId, value });
    },
    /** A request of a user, as JSON both ways. @returns its answer's body */
    async call<T>(method: string, path: string, userId = OWNER, body?: object): Promise<T> {
      const headers = { ...(await headersFor(userId)), ...(body && { 'content-type': 'application/json' }) };
      const sent = await fetch(service.url + path, { method, headers, ...(body && { body: JSON.stringify(body) }) });
      return JSON.parse(await sent.text()) as T;
    },
    get: async (path: string, headers?: Record<string, string>) =>
      fetch(service.url + path, { headers: headers ?? (await headersFor()) }),
    /** A connected socket of a user; closed with the service. */
    async connect(options: Partial<ManagerOptions & SocketOptions> = {}, url = service.url): Promise<Socket> {
      const socket = io(url, {
        path: '/ws',
        transports: ['websocket'],
        reconnection: false,
        forceNew: true,
        extraHeaders: await headersFor(),
        ...options,
      });
      clients.push(socket);
      await new Promise<void>((resolve, reject) => socket.once('connect', resolve).once('connect_error', reject));
      return socket;
    },
    async close() {
      for (const client of clients) client.close();
      await stop();
      for (const replica of replicas) await replica.close();
      await bus.close();
      await Promise.all([taskService.close(), gateway.close(), db.close()]);
      await Promise.all([database.drop(), busDatabase.drop(), rm(logs, { recursive: true, force: true })]);
    },
  };
}

/** A gateway as far as a service needs it: its keys, and somebody who signs with them. */
async function givenGatewayKeys() {
  const { privateKey, publicKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'gateway', alg: 'EdDSA', use: 'sig' }] };
  const key: SigningKey = { kid: 'gateway', privateKey, jwks };
  const server = createServer((request, response) => {
    response.writeHead(request.url === JWKS_PATH ? 200 : 404, { 'content-type': 'application/json' });
    response.end(JSON.stringify(jwks));
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    key,
    issuer: newIdentityIssuer('gateway', key),
    async close() {
      const closed = once(server, 'close');
      server.close();
      server.closeAllConnections();
      await closed;
    },
  };
}
