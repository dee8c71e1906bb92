// The product scaled out under a live Prometheus with our rules, and what can be done to it.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Task } from '@builder-ai/contracts/task';
import { findFreePort } from '@builder-ai/local/free-port';
import { eventually } from '@builder-ai/testing/eventually';
import { startTestPrometheus } from '@builder-ai/testing/prometheus';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { witnessScript } from '@builder-ai/testing/scripted-provider/script';
import { expect } from '@jest/globals';
import pg from 'pg';
import { findTool } from '../../scripts/infra/tools.ts';
import { newPatientClient } from '../chaos/patient-client.ts';
import { API_KEY, type ServiceName, startCluster } from '../cluster/cluster.ts';
import { ROOT } from '../tidy/source-files.ts';

const FIRE_LIMIT_MS = 120_000;
/** Longer than the alert for slow providers allows. */
const SLOW_MS = 62_000;

/** Ours with times that a test can wait for; what is counted over long is so here too: a worker takes seconds to die and come back. */
function quicken(rules: string): string {
  return rules
    .replace(/\[(\d+)([mh])\]/g, (_all, n, unit) => (unit === 'h' || Number(n) >= 10 ? '[30s]' : '[10s]'))
    .replace(/for: \S+/g, 'for: 1s');
}

export type WatchedProduct = Awaited<ReturnType<typeof openWatchedProduct>>;

export async function openWatchedProduct() {
  const home = mkdtempSync(join(tmpdir(), 'builder-faults-'));
  const hasSmallDisk = mountSmallDisk(home);
  const prices = join(home, 'prices.json');
  writeFileSync(prices, JSON.stringify([{ model: 'gpt', input: 10_000, output: 10_000 }]));
  const wishes = { providerFails: false, workersSlow: false };
  const provider = await startScriptedProvider({
    script: witnessScript(2, 2),
    fault: () => (wishes.providerFails ? { kind: 'status', status: 500 } : undefined),
    latencyMs: ({ goal, purpose }) =>
      goal.includes('slow') && purpose === 'plan' ? SLOW_MS : wishes.workersSlow ? 8_000 : 0,
  });
  const metricsPort = await findFreePort();
  const cluster = await startCluster({
    replicas: { 'notification-service': 1 },
    env: {
      BUILDER_HOME: home,
      METRICS_PORT: String(metricsPort),
      ANTHROPIC_API_KEY: 'claude-key-of-the-faults-8f3a',
      ANTHROPIC_BASE_URL: provider.url,
      OPENAI_API_KEY: 'chatgpt-key-of-the-faults-77b1',
      OPENAI_BASE_URL: `${provider.url}/v1`,
      AGENT_MODE: 'template',
      MODEL_PRICES: prices,
      STOP_DELAY_MS: '0',
    },
  });
  const client = newPatientClient(cluster.url, API_KEY);
  const services = cluster.replicas.filter(({ service }) => service !== 'gateway');
  const targets = [`127.0.0.1:${metricsPort}`, ...services.map(({ port }) => `127.0.0.1:${port}`)];
  const rules = quicken(readFileSync(join(ROOT, 'infra/prometheus/rules/builder-ai.yml'), 'utf8'));
  const prometheus = await startTestPrometheus(await findTool('prometheus'), rules, targets);

  const findFiring = async (name: string, labels: Record<string, string>) =>
    (await prometheus.firing()).find(
      (alert) => alert.name === name && Object.entries(labels).every(([label, value]) => alert.labels[label] === value),
    );

  return {
    cluster,
    client,
    prometheus,
    home,
    wishes,
    async run(goal: string, agent_mode = 'template'): Promise<string> {
      const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal, agent_mode });
      await client.request('POST', `/tasks/${body.id}/run-async`);
      return body.id;
    },
    replicasOf: (service: ServiceName) => cluster.replicas.filter((replica) => replica.service === service),
    async fires(name: string, labels: Record<string, string> = {}): Promise<void> {
      const { annotations } = await eventually(() => findFiring(name, labels), FIRE_LIMIT_MS);
      expect(annotations.summary).not.toContain('{{');
      expect(annotations.runbook).toMatch(/^docs\/runbook\.md#/);
    },
    async isQuiet(name: string, labels: Record<string, string> = {}): Promise<void> {
      await eventually(async () => (await findFiring(name, labels)) === undefined, FIRE_LIMIT_MS);
    },
    /** Somebody holds a lock on a table, for as long as `work` takes. */
    async withLock(service: ServiceName, table: string, work: () => Promise<void>): Promise<void> {
      const holder = new pg.Client({ connectionString: cluster.databaseUrl(service) });
      await holder.connect();
      try {
        await holder.query('begin');
        await holder.query(`lock table ${table} in access exclusive mode`);
        await work();
        await holder.query('rollback');
      } finally {
        await holder.end();
      }
    },
    async close() {
      await prometheus.close();
      await cluster.close();
      await provider.close();
      if (hasSmallDisk) asRoot('umount', '--lazy', home);
      rmSync(home, { recursive: true, force: true });
    },
  };
}

/** Root's way, or that of who may become root. */
function asRoot(...command: string[]): boolean {
  const [program = '', ...args] = process.getuid?.() === 0 ? command : ['sudo', '--non-interactive', ...command];
  return spawnSync(program, args, { stdio: 'ignore' }).status === 0;
}

const mountSmallDisk = (directory: string) =>
  asRoot('mount', '-t', 'tmpfs', '-o', `size=64m,uid=${process.getuid?.()}`, 'none', directory);

/** The fault of the disk needs a small one, which containers may not be allowed to mount. */
export function canMount(): boolean {
  const directory = mkdtempSync(join(tmpdir(), 'builder-disk-'));
  const mounted = mountSmallDisk(directory);
  if (mounted) asRoot('umount', directory);
  rmSync(directory, { recursive: true, force: true });
  return mounted;
}
