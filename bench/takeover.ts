// From the end of the process that drives a run to the first ledger row of another one: kill -9, and SIGTERM.
// Usage: npm run bench -- takeover
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Task } from '@builder-ai/contracts/task';
import pg from 'pg';
import { startProvider } from '../test/chaos/provider.ts';
import { API_KEY, type Cluster, type Replica, startCluster, waitUntilReady } from '../test/cluster/cluster.ts';
import { percentile, roundsOf, show } from './harness.ts';

const ROUNDS = roundsOf(20);
/** An answer of the model; a call that is short is what a stop waits for. */
const THINKING_MS = 50;
const HEADERS = { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' };

type End = 'kill' | 'stop';

export type OurTakeover = {
  /** @returns ms from the process's end to the first ledger row of another one */
  takeOver(end: End): Promise<number>;
  cluster: Cluster;
  close(): Promise<void>;
};

export async function benchTakeover(): Promise<string> {
  const ours = await startOurTakeover();
  try {
    const lines: string[] = [];
    for (const end of ['kill', 'stop'] as const) {
      const times: number[] = [];
      for (let round = 0; round < ROUNDS; round += 1) times.push(await ours.takeOver(end));
      const name = end === 'kill' ? 'kill -9' : 'SIGTERM';
      lines.push(`${name} → first ledger row of another process: ${showTimes(times)}`);
    }
    return lines.join('\n');
  } finally {
    await ours.close();
  }
}

export function showTimes(times: readonly number[]): string {
  const [p50, p99] = [percentile(times, 50), percentile(times, 99)].map(show);
  return `p50 ${p50} ms, p99 ${p99} ms (${show(Math.min(...times))}–${show(Math.max(...times))}), ${times.length} rounds`;
}

/** A cluster with a provider that thinks; the same server has room for databases of others. */
export async function startOurTakeover(): Promise<OurTakeover> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-bench-'));
  const provider = await startProvider(directory, { steps: 30, callsPerStep: 6, latencyMs: THINKING_MS });
  const cluster = await startCluster({
    direct: true,
    env: { AGENT_MODE: 'claude', ANTHROPIC_API_KEY: 'any', ANTHROPIC_BASE_URL: provider.url, STOP_DELAY_MS: '0' },
  });
  const client = new pg.Client(cluster.databaseUrl('agent-service'));
  await client.connect();
  return {
    cluster,
    takeOver: (end) => takeOver(cluster, client, end),
    async close() {
      await client.end();
      await cluster.close();
      await provider.close();
      rmSync(directory, { recursive: true, force: true });
    },
  };
}

async function takeOver(cluster: Cluster, client: pg.Client, end: End): Promise<number> {
  const post = async <T>(path: string, body?: unknown) =>
    (await (
      await fetch(cluster.url + path, {
        method: 'POST',
        headers: HEADERS,
        ...(body !== undefined && { body: JSON.stringify(body) }),
      })
    ).json()) as T;
  const { id } = await post<Task>('/tasks', { type: 'build', goal: 'be taken over' });
  await post(`/tasks/${id}/run-async`);
  const { epoch, replica } = await findDriver(cluster, client, id);
  // Somewhere in the middle of a call.
  await delay(200 + Math.random() * 500);
  const at = Date.now();
  if (end === 'kill') await replica.kill();
  else void replica.stop();
  const first = await firstRowAfter(client, id, epoch);
  // The run is of no more use: it would load the machine for the next round.
  await client.query(`update runs set state = 'ended', epoch = epoch + 1 where task_id = $1`, [id]);
  if (end === 'stop') await replica.stop();
  await replica.restart();
  await waitUntilReady([replica]);
  return first - at;
}

async function findDriver(
  cluster: Cluster,
  client: pg.Client,
  id: string,
): Promise<{ epoch: number; replica: Replica }> {
  for (;;) {
    const { rows } = await client.query<{ epoch: string; holder: string }>(
      `select epoch, holder from runs where task_id = $1 and state = 'running' and ledger_no > 5`,
      [id],
    );
    const [run] = rows;
    const pid = Number(run?.holder?.split(':').at(-2));
    const replica = cluster.replicas.find((each) => each.pid() === pid);
    if (run && replica) return { epoch: Number(run.epoch), replica };
    await delay(20);
  }
}

async function firstRowAfter(client: pg.Client, id: string, epoch: number): Promise<number> {
  for (;;) {
    const { rows } = await client.query<{ at: Date | null }>(
      'select min(at) as at from ledger where task_id = $1 and epoch > $2',
      [id, epoch],
    );
    if (rows[0]?.at) return rows[0].at.getTime();
    await delay(10);
  }
}
