// What is deleted goes on a cluster as well, by Kafka: also where the worker that drives a run, or the consumer that was about
// to be told, is killed meanwhile.
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import type { ScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { API_KEY, type Cluster, type ServiceName, startCluster } from '../cluster/cluster.ts';

let cluster: Cluster;
let provider: ScriptedProvider;

beforeAll(async () => {
  const script = stepScript({
    steps: 1,
    callsPerStep: 2,
    call: (step, n) => ({ name: 'write_file', input: { path: `${step}/${n}.txt`, content: 'x' } }),
  });
  provider = await startScriptedProvider({
    script,
    fault: ({ results }) => (results === 1 ? { kind: 'hang' } : undefined),
  });
  cluster = await startCluster({
    env: { ANTHROPIC_API_KEY: 'a-key', ANTHROPIC_BASE_URL: provider.url, AGENT_MODE: 'claude', OLLAMA: 'off' },
  });
}, 120_000);

afterAll(async () => {
  await cluster?.close();
  await provider?.close();
}, 60_000);

async function call(method: string, path: string, body?: object) {
  const answer = await fetch(cluster.url + path, {
    method,
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    ...(body && { body: JSON.stringify(body) }),
  });
  const text = await answer.text();
  return { status: answer.status, body: (text ? JSON.parse(text) : {}) as Task };
}

async function query(service: ServiceName, sql: string, values: unknown[]): Promise<Record<string, unknown>[]> {
  const database = new pg.Client({ connectionString: cluster.databaseUrl(service) });
  await database.connect();
  try {
    return (await database.query(sql, values)).rows;
  } finally {
    await database.end();
  }
}

const isOnDisk = (id: string) => existsSync(join(cluster.home, 'workspaces', id));

/** A task whose run waits for an answer that never comes. @returns its id and who drives it */
async function givenRunningTask(project_id?: string): Promise<{ id: string; holder: string }> {
  const { id } = (await call('POST', '/tasks', { type: 'build', goal: 'a page', ...(project_id && { project_id }) }))
    .body;
  expect((await call('POST', `/tasks/${id}/run-async`)).status).toBe(202);
  const files = () =>
    query('agent-service', `select 1 from ledger where task_id = $1 and kind = 'tool.finished'`, [id]);
  await eventually(async () => (await files()).length > 0, 60_000);
  const [run] = await query('agent-service', 'select holder from runs where task_id = $1', [id]);
  return { id, holder: String(run?.holder) };
}

async function isGone(id: string): Promise<void> {
  const removed = () =>
    query('agent-service', 'select 1 from runs where task_id = $1 and removed_at is not null', [id]);
  await eventually(async () => (await removed()).length === 1, 60_000);
  expect(isOnDisk(id)).toBe(false);
  const feed = () => query('notification-service', 'select event_type from feed where task_id = $1', [id]);
  await eventually(async () => (await feed()).length === 1, 30_000);
  expect(await feed()).toEqual([{ event_type: 'task_deleted' }]);
  expect(await query('task-service', 'select 1 from timeline where task_id = $1', [id])).toEqual([]);
}

test('a project goes with a task that runs in it', async () => {
  const project = (await call('POST', '/projects', { name: 'herons' })).body.id;
  const { id } = await givenRunningTask(project);
  const { id: own } = await givenRunningTask();
  expect((await call('DELETE', `/projects/${project}`)).status).toBe(204);
  await isGone(id);
  expect((await call('GET', `/tasks/${own}`)).status).toBe(200);
}, 150_000);

test('a task goes whose worker, which would have been told, is killed when it is deleted', async () => {
  const { id, holder } = await givenRunningTask();
  const driver = cluster.replicas.find(
    ({ service, pid }) => service === 'agent-service' && holder.includes(`:${pid()}:`),
  );
  expect(driver).toBeDefined();
  expect((await call('DELETE', `/tasks/${id}`)).status).toBe(204);
  await driver?.kill();
  await isGone(id);
}, 150_000);
