// Rounds of chaos on one cluster: load, disturbances by a seed, and a check of everything that must be true afterwards.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ServiceDatabases } from '@builder-ai/local/examine';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { API_KEY, type Cluster, type ServiceName, startCluster, waitUntilReady } from '../cluster/cluster.ts';
import { checkRound } from './check-round.ts';
import { ENDLESS } from './deletion.ts';
import { type Done, disturb } from './disturb.ts';
import { type Load, startLoad } from './load.ts';
import { begin, end, findUntruths, type Outage, waitUntilWell } from './outage.ts';
import { type Outside, startOutside } from './outside.ts';
import { newPatientClient, type PatientClient } from './patient-client.ts';
import { type Provider, startProvider } from './provider.ts';
import { makeSchedule } from './schedule.ts';
import { type Expected, runUndisturbed } from './undisturbed.ts';
import { waitForEnds } from './wait-for-ends.ts';

export type CampaignOptions = {
  /** Tasks of one round. */
  tasks: number;
  /** Of each task, with two calls each. */
  steps: number;
  /** Disturbances of one round. */
  actions: number;
  /** So long the tasks of a round may take when everything is up again. */
  endLimitSeconds?: number;
  log?: (text: string) => void;
};

export type RoundResult = {
  seed: number;
  violations: string[];
  done: Done;
  /** Calls outside that nobody knew the end of, and a user had to settle. */
  settled: number;
  /** What the users of tasks did to them. */
  met: string[];
  seconds: number;
  events: number;
};

export type OutageResult = { violations: string[]; tasks: number; secondsToReady: number };

export type Campaign = {
  round(seed: number): Promise<RoundResult>;
  /** A server is away for some time, under load. */
  outage(kind: Outage, seconds: number): Promise<OutageResult>;
  /** Where the logs of the services are. */
  home: string;
  close(): Promise<void>;
};

/** Of a round that could not be made to its end: something that was acknowledged is not there, or nobody answers. */
const NOTHING = {
  done: { kills: 0, pauses: 0, stops: 0, cuts: 0 },
  settled: 0,
  met: [],
  seconds: 0,
  events: 0,
};

const CALLS_PER_STEP = 3;
const LATENCY_MS = 30;
/** The tasks of a round begin over this time, and disturbances come a while longer. */
const SPREAD_MS = 3_000;
const DISTURBED_MS = 9_000;
const END_LIMIT_MS = 180_000;

type Parts = {
  cluster: Cluster;
  provider: Provider;
  outside: Outside;
  databases: ServiceDatabases;
  client: PatientClient;
};

export async function startCampaign(options: CampaignOptions): Promise<Campaign> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-chaos-'));
  const { steps } = options;
  const provider = await startProvider(directory, {
    steps,
    callsPerStep: CALLS_PER_STEP,
    latencyMs: LATENCY_MS,
    outside: 'outside',
    endless: ENDLESS,
  });
  const outside = await startOutside(directory, 'outside');
  const removeProvider = async () => {
    await provider.close();
    await outside.close();
    rmSync(directory, { recursive: true, force: true });
  };
  const cluster = await startCluster({
    env: {
      AGENT_MODE: 'claude',
      ANTHROPIC_API_KEY: 'a-key-for-the-scripted-provider',
      ANTHROPIC_BASE_URL: provider.url,
      MCP_SERVERS: outside.file,
      RUN_CONCURRENCY: '16',
      STOP_DELAY_MS: '500',
    },
  }).catch(async (error: unknown) => {
    await removeProvider();
    throw error;
  });
  const databases = openDatabases(cluster);
  const client = newPatientClient(cluster.url, API_KEY);
  const parts: Parts = { cluster, provider, outside, databases, client };
  const close = async () => {
    await Promise.all(Object.values(databases).map((db: Database) => db.close()));
    await cluster.close();
    await removeProvider();
  };
  try {
    const expected = await runUndisturbed({ ...parts, db: databases['agent-service'], limitMs: END_LIMIT_MS });
    return {
      round: (seed) =>
        runRound(parts, options, expected, seed).catch((error: Error) => ({
          ...NOTHING,
          seed,
          violations: [String(error)],
        })),
      outage: (kind, seconds) => runOutage(parts, expected, kind, seconds),
      home: cluster.home,
      close,
    };
  } catch (error) {
    await close();
    throw error;
  }
}

function openDatabases(cluster: Cluster): ServiceDatabases {
  const open = (service: ServiceName) =>
    openDatabase({ url: cluster.databaseUrl(service), name: 'chaos', logger: silentLogger, max: 2 });
  return {
    gateway: open('gateway'),
    'task-service': open('task-service'),
    'agent-service': open('agent-service'),
    'notification-service': open('notification-service'),
  };
}

async function runRound(
  parts: Parts,
  options: CampaignOptions,
  expected: Expected,
  seed: number,
): Promise<RoundResult> {
  const { cluster, provider, outside, client } = parts;
  const log = options.log ?? (() => {});
  const started = performance.now();
  const callsBefore = provider.calls().length;
  const settledBefore = outside.settled();
  const replicas = cluster.replicas.map(({ name }) => name);
  const schedule = makeSchedule({ seed, replicas, actions: options.actions, durationMs: DISTURBED_MS });
  const endLimitMs = options.endLimitSeconds ? options.endLimitSeconds * 1_000 : END_LIMIT_MS;
  const loading = startLoad({
    client,
    url: cluster.url,
    apiKey: API_KEY,
    seed,
    tasks: options.tasks,
    spreadMs: SPREAD_MS,
    outside,
    endLimitMs,
    shortCap: expected.shortCap,
  });
  const [load, done] = await Promise.all([loading, disturb(cluster, schedule, log)]);
  await waitUntilReady(cluster.replicas);
  const violations = await endAndCheck(parts, expected, load, {
    callsBefore,
    endLimitMs,
    disturbances: options.actions,
  });
  const events = load.subscribers.reduce((sum, { seqs }) => sum + seqs.length, 0);
  const settled = outside.settled() - settledBefore;
  const met = [...load.steered.map(({ kind }) => kind), ...load.deletions.map(({ kind }) => `deleted ${kind}`)].sort();
  const seconds = Math.round((performance.now() - started) / 1000);
  return { seed, violations, done, settled, met, seconds, events };
}

type Limits = { callsBefore: number; endLimitMs: number; disturbances: number };

/** Waits for the tasks of the load. @returns what is not as it should be */
async function endAndCheck(parts: Parts, expected: Expected, load: Load, limits: Limits): Promise<string[]> {
  const { cluster, provider, ...others } = parts;
  const violations = [...load.violations];
  await waitForEnds(parts.client, load.acknowledged, limits.endLimitMs, parts.outside).catch((error: Error) =>
    violations.push(error.message),
  );
  load.stopCutting();
  const calls = () => provider.calls().slice(limits.callsBefore);
  const { disturbances } = limits;
  violations.push(...(await checkRound({ ...others, ...load, home: cluster.home, calls, expected, disturbances })));
  for (const subscriber of load.subscribers) subscriber.close();
  return violations;
}

/** How long after its beginning an outage has to show, and how long the cluster may take to be well again. */
const SHOWS_MS = 4_000;
const WELL_LIMIT_MS = 60_000;
/** A task is begun so often. */
const TASK_EVERY_MS = 1_500;

async function runOutage(parts: Parts, expected: Expected, kind: Outage, seconds: number): Promise<OutageResult> {
  const { cluster, provider, outside, client } = parts;
  const callsBefore = provider.calls().length;
  const violations: string[] = [];
  const tasks = Math.ceil((seconds * 1_000) / TASK_EVERY_MS) + 4;
  const loading = startLoad({
    client,
    url: cluster.url,
    apiKey: API_KEY,
    seed: Date.now(),
    tasks,
    spreadMs: tasks * TASK_EVERY_MS,
    outside,
    endLimitMs: END_LIMIT_MS,
    shortCap: expected.shortCap,
  });
  // Some runs are under way when it begins.
  await delay(2 * TASK_EVERY_MS);
  await begin(cluster, kind);
  await delay(SHOWS_MS);
  violations.push(...(await findUntruths(cluster, kind)));
  await delay(Math.max(0, seconds * 1_000 - SHOWS_MS));
  await end(cluster, kind);
  const secondsToReady = await waitUntilWell(cluster, WELL_LIMIT_MS);
  const limits = { callsBefore, endLimitMs: END_LIMIT_MS, disturbances: 1 };
  violations.push(...(await endAndCheck(parts, expected, await loading, limits)));
  return { violations, tasks, secondsToReady };
}
