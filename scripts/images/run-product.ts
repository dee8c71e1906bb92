// The whole product in containers, as compose runs them (read-only, no capabilities, no new privileges), on real stores.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDatabase } from '@builder-ai/local/ensure-database';
import { findFreePort } from '@builder-ai/local/free-port';
import { startTestKafka } from '@builder-ai/testing/kafka';
import { startTestPostgres } from '@builder-ai/testing/postgres';
import { startTestRedis } from '@builder-ai/testing/redis';
import type { Engine } from './engine.ts';

export const SERVICES = ['gateway', 'task-service', 'agent-service', 'notification-service'] as const;
export type Service = (typeof SERVICES)[number];

export type RunningProduct = {
  url: string;
  apiKey: string;
  /** The container's name. */
  container(service: Service): string;
  /** ms from the start of the container to ready, by service: on an empty database, migrations included. */
  readyMs: Record<string, number>;
  close(): Promise<void>;
};

const DATABASES: Record<Service, string> = {
  gateway: 'builder_gateway',
  'task-service': 'builder_task',
  'agent-service': 'builder_agent',
  'notification-service': 'builder_notification',
};
const API_KEY = 'key-of-the-images-0123456789';
const READY_LIMIT_MS = 120_000;
const POLL_MS = 20;
const LOCKED = ['--read-only', '--tmpfs', '/tmp', '--cap-drop', 'ALL', '--security-opt', 'no-new-privileges'];
// The engine's own defaults are more than some machines let it set.
const LIMITS = ['--ulimit', 'nofile=8192:8192', '--ulimit', 'nproc=8192:8192'];

export async function runProduct(engine: Engine, root: string): Promise<RunningProduct> {
  const opened: { close(): Promise<unknown> }[] = [];
  const close = async () => {
    for (const each of opened.reverse()) await each.close();
  };
  const keep = <T extends { close(): Promise<unknown> }>(part: T): T => {
    opened.push(part);
    return part;
  };
  const name = (service: Service) => `builder-check-${process.pid}-${service}`;
  try {
    const postgres = keep(await startTestPostgres());
    const kafka = keep(await startTestKafka());
    const redis = keep(await startTestRedis());
    for (const database of Object.values(DATABASES)) await ensureDatabase(postgres.url('postgres'), database);
    const volume = mkdtempSync(join(tmpdir(), 'builder-volume-'));
    keep({ close: async () => rmSync(volume, { recursive: true, force: true }) });
    const ports = {} as Record<Service, number>;
    for (const service of SERVICES) ports[service] = await findFreePort();
    const url = (service: Service) => `http://127.0.0.1:${ports[service]}`;
    const common = {
      GATEWAY_URL: url('gateway'),
      TASK_SERVICE_URL: url('task-service'),
      AGENT_SERVICE_URL: url('agent-service'),
      NOTIFICATION_SERVICE_URL: url('notification-service'),
      KAFKA_BROKERS: kafka.broker,
      REDIS_URL: redis.url,
      HOST: '127.0.0.1',
    };
    const run = (args: string[], env: Record<string, string>, image: string, ...command: string[]) =>
      engine.podman(
        ...['run', '--network', 'host', ...LOCKED, ...LIMITS, ...args],
        ...Object.entries(env).flatMap(([key, value]) => ['--env', `${key}=${value}`]),
        ...[`builder-ai/${image}`, ...command],
      );
    // What compose's service `topics` does.
    await run(['--rm', '--no-healthcheck'], common, 'task-service', 'node', 'infra/kafka/src/main.ts');
    const readyMs: Record<string, number> = {};
    for (const service of SERVICES) {
      keep({ close: () => engine.tryPodman('rm', '--force', '--time', '0', name(service)) });
      const own = {
        ...common,
        PORT: String(ports[service]),
        DATABASE_URL: postgres.url(DATABASES[service]),
        ...(service === 'gateway' && { BUILDER_API_KEY: API_KEY }),
      };
      // Of compose.yml too: bubblewrap makes user namespaces and a /proc of its own.
      const profile = `seccomp=${join(root, 'k8s/seccomp/bubblewrap.json')}`;
      const more =
        service === 'agent-service'
          ? ['--security-opt', profile, '--security-opt', 'unmask=ALL', '--volume', `${volume}:/data:U`]
          : [];
      const started = performance.now();
      await run(['--detach', '--name', name(service), ...more], own, service);
      await waitUntilReady(engine, name(service), url(service));
      readyMs[service] = performance.now() - started;
    }
    return { url: url('gateway'), apiKey: API_KEY, container: name, readyMs, close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function waitUntilReady(engine: Engine, container: string, url: string): Promise<void> {
  for (const started = performance.now(); ; await delay(POLL_MS)) {
    const answer = await fetch(`${url}/health/readiness`).catch(() => undefined);
    const { output } = await engine.tryPodman('inspect', '--format', '{{.State.Running}}', container);
    // Another process may have taken the port, and answer for it.
    const runs = output.trim().endsWith('true');
    if (answer?.ok && runs) return;
    if (!runs || performance.now() - started > READY_LIMIT_MS)
      throw new Error(
        `${container} is not ready:\n${(await engine.tryPodman('logs', container)).output.slice(-4_000)}`,
      );
  }
}
