// From the start of a service's process to ready, on a real Kafka, PostgreSQL and Redis: on an empty database, migrations included, and on
// the one it had; beside a Node process that answers and does nothing else.
// Usage: npm run bench -- start-to-ready
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDatabase } from '@builder-ai/local/ensure-database';
import { findFreePort } from '@builder-ai/local/free-port';
import { type ServerProcess, startServerProcess } from '@builder-ai/testing/server-process';
import pg from 'pg';
import { type Cluster, type Replica, startCluster } from '../test/cluster/cluster.ts';
import { cpuMsOf } from './gateway/processes.ts';
import { percentile, roundsOf } from './harness.ts';

const ROUNDS = roundsOf(7);
const POLL_MS = 5;
const BARE = `require('node:http').createServer((request, response) => response.end()).listen(process.env.PORT, '127.0.0.1')`;

type Start = { wallMs: number; cpuMs: number };
type Starting = { server: ServerProcess; port: number };

export async function benchStartToReady(): Promise<string> {
  const one = { 'agent-service': 1, 'notification-service': 1 };
  const cluster = await startCluster({ direct: true, replicas: one, env: { STOP_DELAY_MS: '0' } });
  const port = await findFreePort();
  const bare = await startServerProcess({
    ...{ command: process.execPath, args: ['-e', BARE], port },
    env: { PORT: String(port) },
  });
  const starts = new Map<string, Start[]>();
  const note = (name: string, start: Start) => starts.set(name, [...(starts.get(name) ?? []), start]);
  try {
    for (let round = 0; round < ROUNDS; round += 1) {
      note('a Node process that answers', await restart({ server: bare, port }, '/'));
      for (const replica of cluster.replicas) {
        const process = { server: replica, port: replica.port };
        note(`${replica.service}, again`, await restart(process, '/health/readiness'));
        const emptyIt = () => makeEmpty(cluster, replica);
        note(`${replica.service}, empty database`, await restart(process, '/health/readiness', emptyIt));
      }
    }
  } finally {
    await bare.kill();
    await cluster.close();
  }
  return [...starts].map(([name, all]) => `${name}: ${show(all)}`).join('\n');
}

async function restart(
  { server, port }: Starting,
  path: string,
  meanwhile: () => Promise<void> = async () => {},
): Promise<Start> {
  await server.stop();
  await meanwhile();
  const started = performance.now();
  await server.restart();
  while (!(await isReady(`http://127.0.0.1:${port}${path}`))) await delay(POLL_MS);
  return { wallMs: performance.now() - started, cpuMs: await cpuMsOf(server.pid()) };
}

const isReady = (url: string) =>
  fetch(url).then(
    ({ ok }) => ok,
    () => false,
  );

async function makeEmpty(cluster: Cluster, { service }: Replica): Promise<void> {
  const url = new URL(cluster.databaseUrl(service));
  const name = url.pathname.slice(1);
  url.pathname = '/postgres';
  const client = new pg.Client({ connectionString: url.href });
  await client.connect();
  try {
    await client.query(`drop database ${pg.escapeIdentifier(name)} with (force)`);
  } finally {
    await client.end();
  }
  await ensureDatabase(url.href, name);
}

function show(starts: Start[]): string {
  const wall = starts.map(({ wallMs }) => wallMs);
  const cpu = percentile(
    starts.map(({ cpuMs }) => cpuMs),
    50,
  );
  const [low, high] = [Math.min(...wall), Math.max(...wall)].map(Math.round);
  return `${Math.round(percentile(wall, 50))} ms (${low}–${high}), ${cpu} ms of a processor, ${starts.length} starts`;
}
