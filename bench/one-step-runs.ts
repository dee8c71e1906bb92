// Durable runs of one step that does nothing, ended a second: ours beside DBOS, on one real PostgreSQL server with fsync,
// each side in this process with so many under way and so many connections.
// DBOS (5.3), for each: three commits: the workflow and its input, the step's result, the workflow's result.
// Ours, for each: seven commits: the command, through the inbox, and the run's row; the claim; then, each with the events
// that tell of it in the outbox, the intent of the planner's call; the plan and the step's beginning; the intent of the
// builder's call; its answer and the intent of its tool call; the tool's outcome, the step's and the run's end. Every
// second run or so has one more, which marks events as published. Besides, git makes the workspace's repository, a
// snapshot and a commit of it, with fsync. So the two are not the same amount of work: the ratio says what a user pays
// for a run that is recorded, told live and kept as files, beside one that is only durable.
// Usage: npm run bench -- one-step-runs
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { DBOS } from '@dbos-inc/dbos-sdk';
import { compare, report, roundsOf, throughput } from './harness.ts';
import { instantModel } from './instant-model.ts';
import { openRunEngine } from './run-engine.ts';

const ROUNDS = roundsOf(7);
const ROUND_MS = 4_000;
const WIDTH = 64;
const CONNECTIONS = 20;

export async function benchOneStepRuns(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  try {
    await server.ensureDatabase('ours');
    await server.ensureDatabase('dbos');
    const engine = await openRunEngine({
      databaseUrl: server.url('ours'),
      connections: CONNECTIONS,
      concurrency: WIDTH,
      model: instantModel,
    });
    const workflow = await launchDbos(server.url('dbos'));
    try {
      const result = await compare(
        { name: 'ours', unit: 'runs/s', round: () => throughput(WIDTH, ROUND_MS, () => engine.run()) },
        { name: 'DBOS', unit: 'workflows/s', round: () => throughput(WIDTH, ROUND_MS, workflow) },
        ROUNDS,
      );
      return report(result);
    } finally {
      await DBOS.shutdown();
      await engine.close();
    }
  } finally {
    await server.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** As its docs say: no tracing, no admin server, a pool as large as ours; called directly, which is faster than its queue. */
async function launchDbos(systemDatabaseUrl: string): Promise<() => Promise<void>> {
  DBOS.setConfig({
    name: 'bench',
    applicationVersion: '1',
    systemDatabaseUrl,
    systemDatabasePoolSize: CONNECTIONS,
    logLevel: 'error',
    tracingEnabled: false,
    enableOTLP: false,
  });
  const workflow = DBOS.registerWorkflow(() => DBOS.runStep(async () => {}, { name: 'nothing' }), { name: 'oneStep' });
  await DBOS.launch();
  return workflow;
}
