// The product scaled out is killed under load, backed up, and lost: databases, broker, Redis and workspaces. It comes back from its
// backup alone, on new stores.
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { runProgram } from '@builder-ai/testing/run-program';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { walkOf } from '../chaos/check-round.ts';
import { newPatientClient, type PatientClient } from '../chaos/patient-client.ts';
import { waitForEnds } from '../chaos/wait-for-ends.ts';
import { API_KEY, type Cluster, startCluster } from '../cluster/cluster.ts';

const LOCAL = fileURLToPath(new URL('../../infra/local/src', import.meta.url));
const GOAL = 'build a landing page with a contact form';
const PATIENCE_MS = 600_000;

let kept: string;
let cluster: Cluster | undefined;

beforeAll(() => {
  kept = mkdtempSync(join(tmpdir(), 'builder-kept-'));
});

afterAll(async () => {
  await cluster?.close();
  rmSync(kept, { recursive: true, force: true });
}, 60_000);

const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

type Stores = Pick<Cluster, 'databaseUrl' | 'home'>;

/** A program of `infra/local`, with the settings that the guide gives it. */
async function operate(program: string, { databaseUrl, home }: Stores, ...args: string[]): Promise<void> {
  const { code, said } = await runProgram(join(LOCAL, program), args, {
    ...process.env,
    NODE_OPTIONS: '',
    BUILDER_HOME: home,
    GATEWAY_DATABASE_URL: databaseUrl('gateway'),
    TASK_SERVICE_DATABASE_URL: databaseUrl('task-service'),
    AGENT_SERVICE_DATABASE_URL: databaseUrl('agent-service'),
    NOTIFICATION_SERVICE_DATABASE_URL: databaseUrl('notification-service'),
  });
  if (code !== 0) throw new Error(`${program} ended with ${code}:\n${said}`);
}

async function createAndRun(client: PatientClient, goal: string): Promise<string> {
  const { body } = await client.request<Task>('POST', '/tasks', { type: 'build', goal });
  await client.request('POST', `/tasks/${body.id}/run-async`);
  return body.id;
}

const getTask = async (client: PatientClient, id: string) => (await client.request<Task>('GET', `/tasks/${id}`)).body;

const readEvents = async (client: PatientClient, id: string) =>
  (await client.request<TaskEvent[]>('GET', `/tasks/${id}/events?limit=1000`)).body;

test(
  'killed under load and lost with its broker: from the backup all is there, and its runs go on',
  async () => {
    const backup = join(kept, 'backup');
    const lost = await startCluster();
    cluster = lost;
    const client = newPatientClient(lost.url, API_KEY);
    const finished = await createAndRun(client, GOAL);
    await waitForEnds(client, [finished], 60_000);
    const finishedTask = await getTask(client, finished);
    const finishedFiles = await walkOf(client, finished);
    const running = await Promise.all(oneTo(12).map(() => createAndRun(client, GOAL)));
    await eventually(async () => {
      const events = await Promise.all(running.map((id) => readEvents(client, id)));
      return events.flat().some(({ event_type }) => event_type === 'tool_called');
    }, 60_000);
    await Promise.all(lost.replicas.map((replica) => replica.kill()));
    await operate('backup/main-backup.ts', lost, backup);
    await lost.close();
    expect(existsSync(lost.home)).toBe(false);

    cluster = await startCluster({ beforeStart: (stores) => operate('backup/main-restore.ts', stores, backup) });
    const after = newPatientClient(cluster.url, API_KEY);
    expect(await getTask(after, finished)).toEqual(finishedTask);
    expect(await walkOf(after, finished)).toEqual(finishedFiles);
    await waitForEnds(after, running, 120_000);
    const resumed: boolean[] = [];
    for (const id of [finished, ...running]) {
      const task = await getTask(after, id);
      expect([id, task.status]).toEqual([id, 'completed']);
      const events = await eventually(async () => {
        const feed = await readEvents(after, id);
        return feed.length >= task.seq && feed;
      });
      expect(events.map(({ seq }) => seq)).toEqual(oneTo(task.seq));
      expect(await walkOf(after, id)).toEqual(finishedFiles);
      resumed.push(events.some(({ event_type }) => event_type === 'run_resumed'));
    }
    // Otherwise nothing was under way, and nothing shown.
    expect(resumed).toContain(true);
    await operate('doctor.ts', cluster);
    // And it takes new work.
    const next = await createAndRun(after, GOAL);
    await waitForEnds(after, [next], 60_000);
  },
  PATIENCE_MS,
);
