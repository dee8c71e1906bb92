// Durable runs of one step that does nothing, ended a second: ours beside DBOS, on one real PostgreSQL server with fsync,
// each side in this process with so many under way and so many connections.
// DBOS (5.3), for each: three commits: the workflow and its input, the step's result, the workflow's result.
// Ours, for each: four transactions: the command, through the inbox, and the run's row; then, each with the events that
// tell of it in the outbox, the intent of the planner's call; the plan, the step's beginning and the intent of the builder's
// call; its answer, the step's and the run's end. But for the first, those of runs that have something to record at the same
// moment share a commit, as the claims of runs do and the marks of published events. So the two are not the same amount of
// work: the ratio says what a user pays for a run that is recorded and told live, beside one that is only durable.
// The second comparison is of runs whose step writes a file, with a workflow of DBOS that leaves the same behind
// (peers/dbos-same-work.ts): three steps, 18 rows of events in a commit for each step, a repository with a commit. It numbers
// no events and publishes none, and reserves no money: ours does.
// Usage: npm run bench -- one-step-runs
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { DBOS } from '@dbos-inc/dbos-sdk';
import type { Model } from '../services/agent-service/src/models/model.ts';
import { compare, report, roundsOf, throughput } from './harness.ts';
import { instantModel, writingModel } from './instant-model.ts';
import { sameWork } from './peers/dbos-same-work.ts';
import { openRunEngine } from './run-engine.ts';

const ROUNDS = roundsOf(7);
const ROUND_MS = 4_000;
const WIDTH = 64;
const CONNECTIONS = 20;

export async function benchOneStepRuns(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  try {
    for (const name of ['nothing', 'writing', 'dbos', 'events']) await server.ensureDatabase(name);
    const engineOf = (name: string, model: Model) =>
      openRunEngine({ databaseUrl: server.url(name), connections: CONNECTIONS, concurrency: WIDTH, model });
    const nothing = await engineOf('nothing', instantModel);
    const writing = await engineOf('writing', writingModel);
    const same = await sameWork(server.url('events'), CONNECTIONS, join(root, 'workspaces'));
    const workflow = await launchDbos(server.url('dbos'));
    const side = (name: string, call: () => Promise<void>) => ({
      name,
      unit: 'runs/s',
      round: () => throughput(WIDTH, ROUND_MS, call),
    });
    try {
      const durable = await compare(
        side('ours, a step that does nothing', nothing.run),
        side('DBOS, a step that does nothing', workflow),
        ROUNDS,
      );
      const likely = await compare(
        side('ours, a step that writes a file', writing.run),
        side('DBOS, the same left behind', same.run),
        ROUNDS,
      );
      return `${report(durable)}\n${report(likely)}`;
    } finally {
      await DBOS.shutdown();
      await same.close();
      await writing.close();
      await nothing.close();
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
