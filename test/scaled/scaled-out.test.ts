// The product scaled out, on Kafka, PostgreSQL and Redis: a whole task, a worker that is killed, and a restart of everything.
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, afterEach, beforeAll, describe, expect, test } from '@jest/globals';
import { walkOf } from '../chaos/check-round.ts';
import { newPatientClient, type PatientClient } from '../chaos/patient-client.ts';
import { type Subscriber, watch } from '../chaos/subscriber.ts';
import { waitForEnds } from '../chaos/wait-for-ends.ts';
import { API_KEY, type Cluster, startCluster, waitUntilReady } from '../cluster/cluster.ts';

const GOAL = 'build a landing page with a contact form';

let cluster: Cluster;
let client: PatientClient;
let agentDatabase: Database;

beforeAll(async () => {
  cluster = await startCluster({ replicas: { gateway: 2, 'task-service': 2 } });
  client = newPatientClient(cluster.url, API_KEY);
  const url = cluster.databaseUrl('agent-service');
  agentDatabase = openDatabase({ url, name: 'scaled-out-test', logger: silentLogger, max: 1 });
}, 120_000);

afterAll(async () => {
  await agentDatabase?.close();
  await cluster?.close();
}, 60_000);

/** Sockets of a test that failed would keep the process. */
const watchers: Subscriber[] = [];

afterEach(() => {
  for (const watcher of watchers.splice(0)) watcher.close();
});

function watchTask(id: string): Subscriber {
  const watcher = watch(cluster.url, API_KEY, id);
  watchers.push(watcher);
  return watcher;
}

const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

async function createAndRun(goal: string): Promise<string> {
  const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal });
  await client.request('POST', `/tasks/${body.id}/run-async`);
  return body.id;
}

async function readEvents(id: string): Promise<TaskEvent[]> {
  const { body: task } = await client.request<Task>('GET', `/tasks/${id}`);
  return eventually(async () => {
    const { body } = await client.request<TaskEvent[]>('GET', `/tasks/${id}/events?limit=1000`);
    return body.length >= task.seq && body;
  });
}

/** The process that drives a run which has finished a call and not yet its last step. */
async function pidOfWorker(id: string): Promise<number | undefined> {
  const [run] = await agentDatabase.query<{ holder: string }>(
    `select holder from runs where task_id = $1 and state = 'running'
     and exists (select from ledger where ledger.task_id = runs.task_id and kind = 'tool.finished')`,
    [id],
  );
  // `host:pid:id`, see run-worker.ts.
  return run && Number(run.holder.split(':')[1]);
}

describe('scaled out', () => {
  test('a task runs to its end; whoever watches sees every event once and in order, from whichever replica', async () => {
    const id = await createAndRun(GOAL);
    for (const _each of oneTo(4)) watchTask(id);
    await waitForEnds(client, [id], 60_000);
    const events = await readEvents(id);
    expect(events.map(({ seq }) => seq)).toEqual(oneTo(events.length));
    expect(events.at(-1)?.event_type).toBe('task_completed');
    for (const watcher of watchers) {
      await eventually(() => watcher.seqs.length >= events.length);
      expect(watcher.seqs).toEqual(oneTo(events.length));
    }
    expect(Object.keys(await walkOf(client, id))).toContain('index.html');
  }, 120_000);

  test('kill -9 of the worker: another replica goes on, and the files are those of an undisturbed run', async () => {
    const undisturbed = await createAndRun(GOAL);
    await waitForEnds(client, [undisturbed], 60_000);
    const id = await createAndRun(GOAL);
    // Asked of the database, not through the product: a run of the template is over within a second.
    const pid = await eventually(() => pidOfWorker(id));
    const worker = cluster.replicas.find((replica) => replica.pid() === pid);
    await worker?.kill();
    await worker?.restart();
    await waitForEnds(client, [id], 60_000);
    const events = await readEvents(id);
    expect(events.map(({ seq }) => seq)).toEqual(oneTo(events.length));
    expect(events.map(({ event_type }) => event_type)).toContain('run_resumed');
    expect(await walkOf(client, id)).toEqual(await walkOf(client, undisturbed));
  }, 180_000);

  test('Kafka hangs in the middle of a run: whoever watches sees it to its end all the same, and once', async () => {
    const { body: task } = await client.request<Task>('POST', '/tasks', { type: 'build', goal: GOAL });
    const watcher = watchTask(task.id);
    await eventually(() => watcher.seqs.length > 0);
    await client.request('POST', `/tasks/${task.id}/run-async`);
    await eventually(() => watcher.seqs.length > 5);
    cluster.kafka.pause();
    try {
      await eventually(() => watcher.lastType() === 'task_completed');
    } finally {
      cluster.kafka.resume();
    }
    const events = await readEvents(task.id);
    expect(watcher.seqs).toEqual(oneTo(events.length));
    expect(events.at(-1)?.event_type).toBe('task_completed');
  }, 120_000);

  test('a restart of everything, one process after the other, under load: nothing is lost, and clients see a reconnect at most', async () => {
    const [before, answeredBefore] = [client.failures().length, client.answered()];
    const ids: string[] = [];
    let restarting = true;
    // As many tasks as the machine can take, each by somebody who waits for its end.
    const load = Promise.all(
      oneTo(4).map(async (user) => {
        while (restarting) {
          const id = await createAndRun(`a static page about tea number ${user}`);
          ids.push(id);
          watchTask(id);
          await waitForEnds(client, [id], 120_000);
        }
      }),
    );
    for (const replica of cluster.replicas) {
      expect([replica.name, await replica.stop()]).toEqual([replica.name, 0]);
      await replica.restart();
      await waitUntilReady([replica]);
    }
    restarting = false;
    await load;
    const answered = client.answered() - answeredBefore;
    console.log(`${cluster.replicas.length} processes restarted: ${ids.length} tasks, ${answered} requests answered`);
    expect(ids.length).toBeGreaterThan(5);
    expect(answered).toBeGreaterThan(100);
    for (const [index, id] of ids.entries()) {
      const { body } = await client.request<Task>('GET', `/tasks/${id}`);
      expect([id, body.status]).toEqual([id, 'completed']);
      const events = await readEvents(id);
      expect(events.map(({ seq }) => seq)).toEqual(oneTo(body.seq));
      const watcher = watchers[index] as Subscriber;
      await eventually(() => watcher.seqs.length >= body.seq);
      expect(watcher.seqs).toEqual(oneTo(body.seq));
    }
    expect(client.failures().slice(before)).toEqual([]);
  }, 600_000);
});
