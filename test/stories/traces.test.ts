// One trace holds all that followed from a request: real spans, sent to a real receiver by the real product.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { type OtlpReceiver, startOtlpReceiver } from '@builder-ai/testing/otlp-receiver';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { witnessScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { expectTreeOfRun, findTrace, OF_A_RUN } from '../trace-tree.ts';
import { type Client, newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const KEY = 'claude-key-of-the-story-8f3a';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let client: Client;
let provider: ScriptedProvider;
let receiver: OtlpReceiver;

beforeAll(async () => {
  home = await newHome();
  provider = await startScriptedProvider({ script: witnessScript(2, 2) });
  receiver = await startOtlpReceiver();
  product = await startProduct(home.home, {
    ...receiver.env,
    ANTHROPIC_API_KEY: KEY,
    ANTHROPIC_BASE_URL: provider.url,
    AGENT_MODE: 'claude',
    LOG_LEVEL: 'debug',
  });
  client = newClient(product.url);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await provider?.close();
  await receiver?.close();
  await home?.remove();
});

test('a run is one trace: request, services, events, each call of a model and of a tool', async () => {
  const { id } = await client.createTask('write down what happens');
  await client.runAsync(id);
  expect((await client.ended(id)).status).toBe('completed');
  const trace = await eventually(() => findTrace(receiver.spans, 'POST /tasks/:id/run-async', OF_A_RUN), 20_000);
  expectTreeOfRun(trace);

  // Each log that tells of the task on the way says the same trace.
  const lines = ['task-service', 'agent-service'].flatMap((service) =>
    readFileSync(join(home.home, 'logs', `${service}.log`), 'utf8')
      .split('\n')
      .filter((line) => line !== '')
      .map((line) => JSON.parse(line) as { service: string; trace_id?: string }),
  );
  const traced = lines.filter(({ trace_id }) => trace_id === trace[0]?.traceId);
  expect(new Set(traced.map(({ service }) => service))).toContain('task-service');
  // What people and models said, and keys, are nobody's business who looks at traces.
  const sent = JSON.stringify(receiver.spans);
  for (const secret of [KEY, 'write down what happens', 'witness.txt']) expect(sent).not.toContain(secret);
});

test('a request that finds nothing is a trace of its own, without its path', async () => {
  await client.call('GET', '/tasks/nobody-has-this');
  const trace = await eventually(() => findTrace(receiver.spans, 'GET /tasks/:id', ['GET /tasks/:id']));
  const root = trace.find(({ parentSpanId }) => parentSpanId === undefined);
  expect(root).toMatchObject({ kind: 'SERVER', process: 'builder-ai', failed: false });
  expect(JSON.stringify(receiver.spans)).not.toContain('nobody-has-this');
});

test('who asks for health is not traced', async () => {
  await fetch(`${product.url}/health/readiness`);
  await client.call('GET', '/me');
  await eventually(() => receiver.spans.some(({ name }) => name === 'GET /me'));
  expect(receiver.spans.filter(({ name }) => name.includes('health'))).toEqual([]);
});
