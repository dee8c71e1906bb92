// SIGSTOP for three leases, then SIGCONT, of processes that drive runs: how many late writes are accepted. Late is each
// ledger row, each outbox row and each commit of a workspace that comes from an owner of a run after a higher epoch of
// that run has written its first row; see late-writes.ts for how they are found.
// A pause stops a whole process and with it every run that it drives, so both are counted: pauses of processes, and of
// runs (processes x the runs that each held). Several processes are paused at a time while the others take over.
// Usage: npm run bench -- pauses [--pauses 45]
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { LEASE_MS } from '@builder-ai/platform/lease';
import pg from 'pg';
import { startProvider } from '../test/chaos/provider.ts';
import { type Cluster, type Replica, startCluster } from '../test/cluster/cluster.ts';
import { countLateCommits, countLateRows, watchWrites } from './late-writes.ts';
import { keepRunsUnderWay } from './runs-under-way.ts';

const PAUSE_MS = 3 * LEASE_MS;
/** Until the process has said everything that it still had to say, and has runs again. */
const BETWEEN_MS = 1_500;
const PROCESSES = 6;
/** Processes that are paused at a time. */
const LANES = 3;
const RUNS = 30;
const SCRIPT = { steps: 6, callsPerStep: 3, latencyMs: 800 };

type Done = { processes: number; runs: number; takenOver: number };

/** @param wanted how often a process is to be paused */
export async function benchPauses(wanted: number): Promise<string> {
  const directory = mkdtempSync(join(tmpdir(), 'builder-bench-'));
  const provider = await startProvider(directory, SCRIPT);
  const cluster = await startCluster({
    direct: true,
    replicas: { 'agent-service': PROCESSES, 'notification-service': 1 },
    env: {
      AGENT_MODE: 'claude',
      ANTHROPIC_API_KEY: 'any',
      ANTHROPIC_BASE_URL: provider.url,
      RUN_CONCURRENCY: String(Math.ceil(RUNS / (PROCESSES - LANES)) + 2),
      STOP_DELAY_MS: '0',
    },
  });
  const pool = new pg.Pool({ connectionString: cluster.databaseUrl('agent-service'), max: 8 });
  pool.on('error', () => {});
  try {
    await watchWrites(pool);
    const load = keepRunsUnderWay({ cluster, pool, runs: RUNS });
    await waitForRuns(pool, RUNS);
    const started = performance.now();
    const done = await pauseAll(cluster, pool, wanted);
    const seconds = Math.round((performance.now() - started) / 1000);
    const { completed, others } = await load.finish();
    const rows = await countLateRows(pool);
    const commits = await countLateCommits(pool, join(cluster.home, 'workspaces'));
    return [
      `${done.processes} pauses of a process for ${PAUSE_MS / 1000} s (three leases), ${LANES} at a time, in ${seconds} s`,
      `${done.runs} pauses of a run; ${done.takenOver} of them were taken over by another process meanwhile`,
      `late writes accepted: ${rows.ledger} ledger rows, ${rows.outbox} outbox rows, ${commits.late} workspace commits`,
      `looked at: ${rows.ledgerRows} ledger rows, ${rows.outboxRows} outbox rows, ${commits.commits} commits; writers refused: ${refused(cluster)}`,
      `${completed} tasks completed, ${others} ended otherwise`,
    ].join('\n');
  } finally {
    for (const replica of cluster.replicas) replica.resume();
    await pool.end();
    await cluster.close();
    await provider.close();
    rmSync(directory, { recursive: true, force: true });
  }
}

async function waitForRuns(pool: pg.Pool, wanted: number): Promise<void> {
  const sql = `select 1 from runs where state = 'running' and ledger_no > 0`;
  while ((await pool.query(sql)).rows.length < wanted) await delay(50);
}

async function pauseAll(cluster: Cluster, pool: pg.Pool, wanted: number): Promise<Done> {
  const done: Done = { processes: 0, runs: 0, takenOver: 0 };
  const paused = new Set<Replica>();
  let begun = 0;
  const lane = async () => {
    while (begun < wanted) {
      const busiest = await findBusiest(cluster, pool, paused);
      if (!busiest || begun >= wanted) {
        await delay(100);
        continue;
      }
      begun += 1;
      const { replica, held } = busiest;
      paused.add(replica);
      replica.pause();
      await delay(PAUSE_MS);
      const takenOver = await countTakenOver(pool, held);
      replica.resume();
      await delay(BETWEEN_MS);
      paused.delete(replica);
      done.processes += 1;
      done.runs += held.length;
      done.takenOver += takenOver;
    }
  };
  await Promise.all(Array.from({ length: LANES }, lane));
  return done;
}

type Held = { task_id: string; epoch: string; holder: string };

/** The process that drives most runs, of those that are not paused. */
async function findBusiest(cluster: Cluster, pool: pg.Pool, paused: ReadonlySet<Replica>) {
  const { rows } = await pool.query<Held>(
    `select task_id, epoch, holder from runs where state = 'running' and lease_expires_at > clock_timestamp()`,
  );
  let busiest: { replica: Replica; held: Held[] } | undefined;
  for (const [holder, held] of Map.groupBy(rows, (row) => row.holder)) {
    const replica = cluster.replicas.find((each) => each.pid() === Number(holder.split(':').at(-2)));
    if (replica && !paused.has(replica) && held.length > (busiest?.held.length ?? 0)) busiest = { replica, held };
  }
  return busiest;
}

async function countTakenOver(pool: pg.Pool, held: readonly Held[]): Promise<number> {
  const { rows } = await pool.query(
    `select 1 from unnest($1::text[], $2::bigint[]) as held(task_id, epoch)
     join runs on runs.task_id = held.task_id and runs.epoch > held.epoch`,
    [held.map((row) => row.task_id), held.map((row) => row.epoch)],
  );
  return rows.length;
}

/** How often a process found that its run had been taken over, by what it logged. */
function refused(cluster: Cluster): number {
  const logs = cluster.replicas.filter(({ service }) => service === 'agent-service');
  return logs.reduce(
    (sum, { logFile }) =>
      sum + readFileSync(logFile, 'utf8').split('Another worker has taken this run over').length - 1,
    0,
  );
}
