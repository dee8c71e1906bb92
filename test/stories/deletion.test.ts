// A task is deleted while it runs: everything of it goes from every database and from the disk, and nothing comes back.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type Client, collect, newClient } from './client.ts';
import { findWords, queryDatabase } from './databases-of-product.ts';
import { newHome, type Product, startProduct } from './product.ts';

const DOCTOR = fileURLToPath(new URL('../../infra/local/src/doctor.ts', import.meta.url));
/** What is published stays for its time, and so does what a repeated request is answered. */
const KEPT_FOR_A_TIME = ['outbox', 'idempotency_keys'];

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;
let client: Client;
let env: Record<string, string>;

beforeAll(async () => {
  const script = stepScript({
    steps: 2,
    callsPerStep: 2,
    call: (step, n) => ({ name: 'write_file', input: { path: `${step}/${n}.txt`, content: 'about zanzibar\n' } }),
  });
  const hangs = ({ step, results }: { step: number | null; results: number }) => step === 2 && results === 1;
  provider = await startScriptedProvider({
    script,
    fault: (request) => (hangs(request) ? { kind: 'hang' } : undefined),
  });
  home = await newHome();
  env = { ANTHROPIC_API_KEY: 'key-of-the-story-8f3a', ANTHROPIC_BASE_URL: provider.url, OLLAMA: 'off' };
  product = await startProduct(home.home, env);
  client = newClient(product.url);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await provider?.close();
  await home?.remove();
});

const status = async (method: string, path: string, body?: unknown) => (await client.call(method, path, body)).status;
const isOnDisk = (id: string) => existsSync(join(home.home, 'workspaces', id));
const isInFlight = () =>
  eventually(() => provider.requests.some(({ step, results }) => step === 2 && results === 1), 30_000);
const runRow = async (id: string) =>
  (
    await queryDatabase(
      home.home,
      'builder_agent',
      'select state, removed_at is not null as removed from runs where task_id = $1',
      [id],
    )
  )[0];
const rebuild = async () => {
  const args = ['--disable-warning=ExperimentalWarning', DOCTOR, '--json', '--rebuild'];
  const child = spawn(process.execPath, args, {
    env: { ...process.env, NODE_OPTIONS: '', BUILDER_HOME: home.home },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  let output = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  const [code] = await once(child, 'close');
  return [code, output];
};

test('a task that runs is deleted: its call stops, all of it goes, its fork stays, and nothing comes back', async () => {
  const { id } = await client.createTask('a page about zanzibar');
  const socket = client.connect();
  const events = collect(socket, id, 0);
  await client.runAsync(id);
  await isInFlight();
  const forked = await client.call('POST', `/tasks/${id}/fork`, { at_step: 1, goal: 'a page about tea' });
  const fork = ((await forked.json()) as { id: string }).id;
  expect(isOnDisk(id)).toBe(true);

  expect(await status('DELETE', `/tasks/${id}`)).toBe(204);
  for (const path of ['', '/logs', '/job-status/none']) expect(await status('GET', `/tasks/${id}${path}`)).toBe(404);
  expect(await (await client.call('GET', '/tasks')).text()).not.toContain(`"id":"${id}"`);
  expect(await status('DELETE', `/tasks/${id}`)).toBe(404);
  await eventually(() => events.at(-1)?.event_type === 'task_deleted');
  socket.close();
  await eventually(async () => (await runRow(id))?.removed === true, 30_000);
  expect(await runRow(id)).toEqual({ state: 'ended', removed: true });
  expect(isOnDisk(id)).toBe(false);
  for (const path of ['/files', '/events', '/usage', '/recording', '/preview', '/archive'])
    expect([path, await status('GET', `/tasks/${id}${path}`)]).toEqual([path, 404]);

  // The fork was made from it, and has what it took along.
  expect(await client.walk(fork)).toMatchObject({ '1/1.txt': expect.stringContaining('zanzibar') });
  expect(await status('DELETE', `/tasks/${fork}`)).toBe(204);
  await eventually(async () => (await runRow(fork))?.removed === true, 30_000);
  expect(isOnDisk(fork)).toBe(false);
  expect(await findWords(home.home, 'zanzibar', KEPT_FOR_A_TIME)).toEqual([]);

  expect(await rebuild()).toEqual([0, '']);
  await product.kill();
  product = await startProduct(home.home, env);
  client = newClient(product.url);
  expect(await status('GET', `/tasks/${id}`)).toBe(404);
  expect(await rebuild()).toEqual([0, '']);
  expect(await findWords(home.home, 'zanzibar', KEPT_FOR_A_TIME)).toEqual([]);
}, 120_000);

test('killed right after it was deleted: the next start goes on with it', async () => {
  const { id } = await client.createTask('a page about zanzibar');
  const before = provider.requests.length;
  await client.runAsync(id);
  await eventually(
    () => provider.requests.slice(before).some(({ step, results }) => step === 2 && results === 1),
    30_000,
  );
  expect(await status('DELETE', `/tasks/${id}`)).toBe(204);
  await product.kill();
  product = await startProduct(home.home, env);
  client = newClient(product.url);
  await eventually(async () => (await runRow(id))?.removed === true, 60_000);
  expect(isOnDisk(id)).toBe(false);
  await eventually(async () => (await findWords(home.home, 'zanzibar', KEPT_FOR_A_TIME)).length === 0, 30_000);
}, 150_000);
