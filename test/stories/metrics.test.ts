// What an operator's Prometheus finds: every metric that the dashboards and alerts are made of, moved by real work.
import { findFreePort } from '@builder-ai/local/free-port';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { witnessScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;
let client: Client;
let metricsUrl: string;
let taskId: string;

beforeAll(async () => {
  home = await newHome();
  provider = await startScriptedProvider({ script: witnessScript(2, 2) });
  const port = await findFreePort();
  metricsUrl = `http://127.0.0.1:${port}/metrics`;
  product = await startProduct(home.home, {
    METRICS_PORT: String(port),
    ANTHROPIC_API_KEY: 'claude-key-of-the-story-8f3a',
    ANTHROPIC_BASE_URL: provider.url,
    AGENT_MODE: 'template',
  });
  client = newClient(product.url);
  const { id } = await client.createTask('build a landing page with a contact form');
  taskId = id;
  const socket = client.connect();
  socket.emit('subscribe_task', id);
  await client.runAll(id);
  const built = await client.call('POST', '/tasks', { type: 'build', goal: 'write down', agent_mode: 'claude' });
  await client.runAll(((await built.json()) as { id: string }).id);
  await eventually(async () => sumOf(await read(), 'socket_subscriptions') === 1);
  socket.close();
}, 120_000);

afterAll(async () => {
  await product?.stop();
  await provider?.close();
  await home?.remove();
});

const read = async () => (await fetch(metricsUrl)).text();

/** The sum over all series of a name whose labels contain `labels`; undefined when there are none. */
function sumOf(text: string, name: string, ...labels: string[]): number | undefined {
  const values = text
    .split('\n')
    .filter((line) => line.startsWith(`${name}{`) && labels.every((label) => line.includes(label)))
    .map((line) => Number(line.slice(line.lastIndexOf(' '))));
  return values.length === 0 ? undefined : values.reduce((sum, value) => sum + value, 0);
}

test("the original's five are there, with routes as labels and never a path", async () => {
  const text = await read();
  expect(sumOf(text, 'tasks_created_total')).toBe(2);
  expect(sumOf(text, 'tasks_completed_total')).toBe(2);
  expect(sumOf(text, 'tasks_failed_total')).toBe(0);
  expect(sumOf(text, 'active_tasks')).toBe(0);
  for (const service of ['gateway', 'task-service'])
    expect(
      sumOf(text, 'api_request_duration_seconds_count', `service="${service}"`, 'endpoint="POST /tasks/:id/run-all"'),
    ).toBe(2);
  expect(text).not.toContain(taskId);
});

test('requests are counted by status', async () => {
  await client.call('GET', '/tasks/nobody-has-this');
  const text = await read();
  expect(sumOf(text, 'api_requests_total', 'service="gateway"', 'endpoint="GET /tasks/:id"', 'status="404"')).toBe(1);
});

test('the spine: outbox, consumers, dead letters, feed', async () => {
  const text = await eventually(async () => {
    const shown = await read();
    return sumOf(shown, 'consumer_lag_messages') === 0 && sumOf(shown, 'outbox_waiting') === 0 && shown;
  });
  for (const service of ['task-service', 'agent-service']) {
    expect(sumOf(text, 'outbox_waiting', `service="${service}"`)).toBe(0);
    expect(sumOf(text, 'outbox_oldest_seconds', `service="${service}"`)).toBe(0);
  }
  for (const service of ['task-service', 'agent-service', 'notification-service']) {
    expect(sumOf(text, 'events_settled_total', `service="${service}"`)).toBeGreaterThan(0);
    for (const state of ['dead', 'held'])
      expect(sumOf(text, 'dead_letters', `service="${service}"`, `state="${state}"`)).toBe(0);
  }
  expect(sumOf(text, 'feed_lag_seconds_count')).toBeGreaterThan(5);
});

test('agents: runs, take-overs, models, commands', async () => {
  const text = await read();
  expect(sumOf(text, 'runs', 'state="ready"')).toBe(0);
  expect(sumOf(text, 'run_queue_oldest_seconds')).toBe(0);
  expect(sumOf(text, 'runs_claimed_total')).toBeGreaterThan(0);
  expect(sumOf(text, 'run_takeovers_total', 'how="expired"')).toBe(0);
  expect(sumOf(text, 'model_calls_total', 'provider="template"', 'outcome="answered"')).toBeGreaterThan(2);
  expect(sumOf(text, 'model_call_duration_seconds_count', 'provider="template"')).toBeGreaterThan(2);
  expect(sumOf(text, 'model_cost_usd_total', 'provider="template"')).toBe(0);
  for (const name of ['model_calls_total', 'model_cost_usd_total', 'model_call_duration_seconds_sum'])
    expect(sumOf(text, name, 'provider="claude"')).toBeGreaterThan(0);
  for (const direction of ['input', 'output'])
    expect(sumOf(text, 'model_tokens_total', 'provider="claude"', `direction="${direction}"`)).toBeGreaterThan(0);
  expect(sumOf(text, 'sandbox_starts_total', 'outcome="exit"')).toBeGreaterThan(0);
});

test('what services stand on: checks, connections, disk, event loop, cache', async () => {
  await client.getTask(taskId);
  await client.getTask(taskId);
  const text = await read();
  for (const service of ['gateway', 'task-service', 'agent-service', 'notification-service']) {
    const of = `service="${service}"`;
    expect(sumOf(text, 'health_check', of, 'check="database"')).toBe(1);
    expect(sumOf(text, 'health_check_duration_seconds', of, 'check="database"')).toBeGreaterThan(0);
    expect(sumOf(text, 'database_connections', of)).toBeGreaterThan(0);
    expect(sumOf(text, 'database_waiting_requests', of)).toBeDefined();
    expect(sumOf(text, 'disk_free_ratio', of)).toBeGreaterThan(0);
    expect(sumOf(text, 'nodejs_eventloop_lag_p99_seconds', of)).toBeGreaterThan(0);
  }
  expect(sumOf(text, 'cache_reads_total', 'result="hit"')).toBeGreaterThan(0);
});

test('the public port shows them to the owner only', async () => {
  expect((await fetch(`${product.url}/metrics`)).status).toBe(401);
  expect((await client.call('GET', '/metrics')).status).toBe(200);
  expect((await fetch(metricsUrl.replace('/metrics', '/tasks'))).status).toBe(404);
});
