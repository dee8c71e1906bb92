// 200 writers on one task, over HTTP, through two gateways and two replicas of task-service; and `npm run doctor` on the
// databases of such a cluster.
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { newPatientClient, type PatientClient } from '../chaos/patient-client.ts';
import { API_KEY, type Cluster, type ServiceName, startCluster } from '../cluster/cluster.ts';

const DOCTOR = fileURLToPath(new URL('../../infra/local/src/doctor.ts', import.meta.url));

let cluster: Cluster;
let client: PatientClient;

beforeAll(async () => {
  cluster = await startCluster({ replicas: { gateway: 2, 'task-service': 2 } });
  client = newPatientClient(cluster.url, API_KEY);
}, 120_000);

afterAll(() => cluster?.close(), 60_000);

const oneTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1);

const getTask = async (id: string) => (await client.request<Task>('GET', `/tasks/${id}`)).body;

/** A task whose plan waits for its user: it has a run, which nobody drives. */
async function givenWaitingTask(): Promise<string> {
  const body = { type: 'build', goal: 'a static page about tea', approval: 'plan' };
  const { id } = (await client.request<Task>('POST', '/tasks', body)).body;
  await client.request('POST', `/tasks/${id}/run-async`);
  await eventually(async () => (await getTask(id)).waiting_for === 'approval');
  return id;
}

async function runDoctor(...args: string[]): Promise<{ code: number; checks: string[] }> {
  const env: NodeJS.ProcessEnv = { ...process.env, NODE_OPTIONS: '', BUILDER_HOME: cluster.home };
  for (const service of ['gateway', 'task-service', 'agent-service', 'notification-service'] as ServiceName[])
    env[`${service.toUpperCase().replaceAll('-', '_')}_DATABASE_URL`] = cluster.databaseUrl(service);
  const program = ['--disable-warning=ExperimentalWarning', DOCTOR, '--json', ...args];
  return new Promise((resolve) => {
    execFile(process.execPath, program, { env }, (error, stdout) => {
      const lines = stdout.split('\n').filter((line) => line !== '');
      resolve({ code: Number(error?.code ?? 0), checks: lines.map((line) => JSON.parse(line).check) });
    });
  });
}

async function damage(service: ServiceName, sql: string, id: string): Promise<void> {
  const database = new pg.Client({ connectionString: cluster.databaseUrl(service) });
  await database.connect();
  await database.query(sql, [id]);
  await database.end();
}

test('200 writers at once: no update is lost, seq has no gap, and the task is what its timeline says', async () => {
  const id = await givenWaitingTask();
  const before = await getTask(id);
  await Promise.all(
    oneTo(200).map((n) =>
      n % 2
        ? client.request('POST', `/tasks/${id}/messages`, { content: `message ${n}` })
        : client.request('PATCH', `/tasks/${id}`, { budget: { cap_micro_usd: 1_000_000 + n } }),
    ),
  );
  // What was not answered is repeated, and a PATCH has no Idempotency-Key. A cap is an entry when agent-service has it.
  const most = before.seq + 200 + client.failures().length;
  const { task, events } = await eventually(async () => {
    const now = await getTask(id);
    const { body } = await client.request<TaskEvent[]>('GET', `/tasks/${id}/events?limit=1000`);
    return now.seq >= before.seq + 200 && body.length === now.seq && { task: now, events: body };
  }, 60_000);
  expect(task.seq).toBeLessThanOrEqual(most);
  expect(events.map(({ seq }) => seq)).toEqual(oneTo(task.seq));
  const written = (type: string) => events.slice(before.seq).filter(({ event_type }) => event_type === type);
  const said = written('message_added').map(({ data }) => data.content);
  const odd = oneTo(200).filter((n) => n % 2);
  expect(said.toSorted()).toEqual(odd.map((n) => `message ${n}`).toSorted());
  const caps = written('budget_changed').map(({ data }) => Number(data.cap_micro_usd));
  const even = oneTo(200).filter((n) => n % 2 === 0);
  expect(new Set(caps)).toEqual(new Set(even.map((n) => 1_000_000 + n)));
  expect(task.budget.cap_micro_usd).toBe(caps.at(-1));
  expect(await runDoctor()).toEqual({ code: 0, checks: [] });
}, 180_000);

test('`npm run doctor` looks at databases of their own, and makes anew what is not what its timeline says', async () => {
  const id = await givenWaitingTask();
  const before = await getTask(id);
  const old = `updated_at = updated_at - interval '1 minute'`;
  await damage('task-service', `update tasks set status = 'queued', plan = '[]', ${old} where id = $1`, id);
  await damage('notification-service', 'delete from feed where task_id = $1 and seq > 2', id);
  await damage('notification-service', 'update feed_tasks set last_seq = 2 where task_id = $1', id);
  expect(await runDoctor()).toEqual({ code: 1, checks: ['projection', 'feed-behind'] });
  expect(await runDoctor('--rebuild')).toEqual({ code: 0, checks: [] });
  const after = await getTask(id);
  expect([after.status, after.plan]).toEqual([before.status, before.plan]);
}, 120_000);
