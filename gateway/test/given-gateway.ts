// The real gateway on a database of its own, before three services that only tell what they got.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openLocalBus } from '@builder-ai/platform/bus/local-bus';
import type { Environment } from '@builder-ai/platform/config';
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { type GatewayOptions, startGateway } from '../src/compose.ts';
import type { Upstream as ServiceName } from '../src/deps.ts';
import { givenUpstream, type Upstream } from './given-upstream.ts';

export type GivenGateway = Awaited<ReturnType<typeof givenGateway>>;

export const API_KEY = 'key-of-the-gateway-tests-0123456789';
export const BY_KEY = { authorization: `Bearer ${API_KEY}` };

/** @param env what the gateway finds in its environment besides its database and services */
export async function givenGateway(env: Environment = {}, options: GatewayOptions = {}) {
  const database = await openServiceDatabase('gateway');
  const busDatabase = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: busDatabase.url, logger: silentLogger });
  const logs = await mkdtemp(join(tmpdir(), 'gateway logs '));
  const logFile = join(logs, 'gateway.log');
  const upstreams: Record<ServiceName, Upstream> = {
    'task-service': await givenUpstream('task-service'),
    'agent-service': await givenUpstream('agent-service'),
    'notification-service': await givenUpstream('notification-service'),
  };
  const gateway = await startGateway(
    {
      PORT: '0',
      DATABASE_URL: database.url,
      LOG_LEVEL: 'debug',
      LOG_FILE: logFile,
      BUILDER_API_KEY: API_KEY,
      RATE_LIMIT_TASKS: '100000',
      RATE_LIMIT_SIGN_IN: '100000',
      RATE_LIMIT_REQUESTS: '1000000',
      SOCKETS_PER_USER: '1000',
      TASK_SERVICE_URL: upstreams['task-service'].url,
      AGENT_SERVICE_URL: upstreams['agent-service'].url,
      NOTIFICATION_SERVICE_URL: upstreams['notification-service'].url,
      ...env,
    },
    { bus },
    options,
  );
  const db = openDatabase({ url: database.url, name: 'test', logger: silentLogger, max: 4 });
  let stopped: Promise<void> | undefined;
  const stop = () => {
    stopped ??= gateway.close();
    return stopped;
  };
  return {
    bus,
    gateway,
    db,
    upstreams,
    tasks: upstreams['task-service'],
    url: gateway.url,
    port: Number(new URL(gateway.url).port),
    /** Uses a new sign-in link. @returns the header that shows the session */
    async signIn(): Promise<{ cookie: string }> {
      const response = await fetch(await gateway.createSignInLink(), { redirect: 'manual' });
      const cookie = response.headers.getSetCookie()[0]?.split(';')[0];
      if (!cookie) throw new Error(`Signing in answered ${response.status} without a cookie.`);
      return { cookie };
    },
    stop,
    readLog: () => readFile(logFile, 'utf8'),
    async close() {
      await stop();
      await bus.close();
      await busDatabase.drop();
      await Promise.all(Object.values(upstreams).map((upstream) => upstream.close()));
      await db.close();
      await database.drop();
      await rm(logs, { recursive: true, force: true });
    },
  };
}
