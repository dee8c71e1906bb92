// The product scaled out on one machine: each service a process of its own, several of some, on a real Kafka, PostgreSQL
// and Redis, behind what a Kubernetes Service would be.
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { TOPICS } from '@builder-ai/contracts/topics';
import { ensureDatabase } from '@builder-ai/local/ensure-database';
import { findFreePorts } from '@builder-ai/local/free-port';
import { newKafkaClient } from '@builder-ai/platform/bus/kafka/kafka-bus';
import { createTopics } from '@builder-ai/platform/bus/kafka/kafka-topics';
import { silentLogger } from '@builder-ai/platform/logger';
import { startTestKafka, type TestKafka } from '@builder-ai/testing/kafka';
import { type NetworkCable, openNetworkCable } from '@builder-ai/testing/network-cable';
import { startTestPostgres, type TestPostgres } from '@builder-ai/testing/postgres';
import { startTestRedis, type TestRedis } from '@builder-ai/testing/redis';
import { type ServerProcess, startServerProcess } from '@builder-ai/testing/server-process';
import { type LoadBalancer, openLoadBalancer } from './load-balancer.ts';

export type ServiceName = 'gateway' | 'task-service' | 'agent-service' | 'notification-service';

export type Replica = ServerProcess & {
  /** `agent-service-2`. */
  name: string;
  service: ServiceName;
  port: number;
  logFile: string;
  /** Its way to the database, which can be cut. */
  database: NetworkCable;
};

export type Cluster = {
  /** The gateway's address. */
  url: string;
  replicas: Replica[];
  kafka: TestKafka;
  redis: TestRedis;
  /** The URL of a service's database, without a cable in between. */
  databaseUrl(service: ServiceName): string;
  home: string;
  close(): Promise<void>;
};

export type ClusterOptions = {
  replicas?: Partial<Record<ServiceName, number>>;
  /** For measurements: the services speak straight to the database, and its cables can cut nothing. */
  direct?: boolean;
  /** More for every service's environment. */
  env?: Record<string, string>;
  /** What happens to the empty databases and the home before the services start: a restore. */
  beforeStart?(stores: Pick<Cluster, 'databaseUrl' | 'home'>): Promise<void>;
};

export const API_KEY = 'key-of-the-cluster-tests-0123456789';

const ROOT = fileURLToPath(new URL('../..', import.meta.url));
const DATABASES: Record<ServiceName, string> = {
  gateway: 'builder_gateway',
  'task-service': 'builder_task',
  'agent-service': 'builder_agent',
  'notification-service': 'builder_notification',
};
const DIRECTORIES: Record<ServiceName, string> = {
  gateway: 'gateway',
  'task-service': 'services/task-service',
  'agent-service': 'services/agent-service',
  'notification-service': 'services/notification-service',
};
const SERVICES = Object.keys(DATABASES) as ServiceName[];
const REPLICAS: Record<ServiceName, number> = {
  gateway: 1,
  'task-service': 1,
  'agent-service': 2,
  'notification-service': 2,
};

type Parts = { postgres: TestPostgres; kafka: TestKafka; redis: TestRedis };

/** Resolves when every service is ready. */
export async function startCluster(options: ClusterOptions = {}): Promise<Cluster> {
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async () => {
    for (const each of opened.reverse()) await each.close();
  };
  try {
    return await open(options, opened, close);
  } catch (error) {
    await close();
    throw error;
  }
}

async function open(
  options: ClusterOptions,
  opened: { close(): Promise<unknown> }[],
  close: () => Promise<void>,
): Promise<Cluster> {
  const keep = <T extends { close(): Promise<unknown> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const home = mkdtempSync(join(tmpdir(), 'builder cluster '));
  opened.push({ close: async () => rmSync(home, { recursive: true, force: true, maxRetries: 5 }) });
  mkdirSync(join(home, 'logs'));
  const [postgres, kafka, redis] = await Promise.all([
    startTestPostgres().then(keep),
    startTestKafka().then(keep),
    startTestRedis().then(keep),
  ]);
  await prepare({ postgres, kafka, redis });
  const databaseUrl = (service: ServiceName) => postgres.url(DATABASES[service]);
  await options.beforeStart?.({ databaseUrl, home });
  const counts = { ...REPLICAS, ...options.replicas };
  const ports: Record<ServiceName, number[]> = {
    gateway: [],
    'task-service': [],
    'agent-service': [],
    'notification-service': [],
  };
  const balancers = new Map<ServiceName, LoadBalancer>();
  for (const service of SERVICES) balancers.set(service, keep(await openLoadBalancer(ports[service])));
  const urlOf = (service: ServiceName) => (balancers.get(service) as LoadBalancer).url;
  const shared: Record<string, string> = {
    HOME: home,
    HOST: '127.0.0.1',
    BUILDER_HOME: home,
    BUILDER_API_KEY: API_KEY,
    RATE_LIMIT_TASKS: '1000000',
    RATE_LIMIT_REQUESTS: '1000000',
    GATEWAY_URL: urlOf('gateway'),
    TASK_SERVICE_URL: urlOf('task-service'),
    AGENT_SERVICE_URL: urlOf('agent-service'),
    NOTIFICATION_SERVICE_URL: urlOf('notification-service'),
    KAFKA_BROKERS: kafka.broker,
    REDIS_URL: redis.url,
    // Longer than the balancer takes to see that a replica goes, on a machine with much else to do.
    STOP_DELAY_MS: '2000',
    ...options.env,
  };
  const planned = SERVICES.flatMap((service) => Array.from({ length: counts[service] }, () => service));
  const cables = await Promise.all(
    planned.map((service) => openNetworkCable(postgres.url(DATABASES[service])).then(keep)),
  );
  // When all else listens that chooses its port by itself: it might choose one of these.
  const free = await findFreePorts(planned.length);
  shared.NOTIFICATION_SERVICE_REPLICAS = free
    .filter((_port, index) => planned[index] === 'notification-service')
    .map((port) => `127.0.0.1:${port}`)
    .join();
  const starting = planned.map(async (service, index): Promise<Replica> => {
    const [port, database] = [free[index] as number, cables[index] as NetworkCable];
    const name = `${service}-${ports[service].push(port)}`;
    const logFile = join(home, 'logs', `${name}.log`);
    const server = await startServerProcess({
      command: process.execPath,
      args: ['--disable-warning=ExperimentalWarning', join(ROOT, DIRECTORIES[service], 'src/main.ts')],
      port,
      env: {
        ...shared,
        PORT: String(port),
        DATABASE_URL: options.direct ? databaseUrl(service) : database.url,
        LOG_FILE: logFile,
      },
    });
    opened.push({ close: () => server.kill() });
    return { ...server, name, service, port, logFile, database };
  });
  const started = await Promise.allSettled(starting);
  const replicas = started.map((result) => {
    if (result.status === 'rejected') throw result.reason;
    return result.value;
  });
  await waitUntilReady(replicas);
  return {
    url: urlOf('gateway'),
    replicas,
    kafka,
    redis,
    home,
    databaseUrl,
    close,
  };
}

async function prepare({ postgres, kafka }: Parts): Promise<void> {
  for (const name of Object.values(DATABASES)) await ensureDatabase(postgres.url('postgres'), name);
  const settings = {
    KAFKA_BROKERS: kafka.broker,
    KAFKA_SSL: false,
    KAFKA_GROUP_PREFIX: 'builder.',
    KAFKA_SESSION_TIMEOUT_MS: 6_000,
  };
  const client = newKafkaClient({ settings, clientId: 'cluster', logger: silentLogger });
  await createTopics(client, TOPICS, { partitions: 6, replication: 1, retentionHours: 24 });
}

export async function waitUntilReady(replicas: readonly { port: number; name: string }[]): Promise<void> {
  const deadline = performance.now() + 60_000;
  for (const { port, name } of replicas) {
    for (;;) {
      const ok = await fetch(`http://127.0.0.1:${port}/health/readiness`).then(
        (response) => response.ok,
        () => false,
      );
      if (ok) break;
      if (performance.now() > deadline) throw new Error(`${name} did not become ready.`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
