// `npm run doctor`, as an operator runs it beside the product.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { POSTGRES_USER } from '@builder-ai/local/postgres-cluster';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const DOCTOR = fileURLToPath(new URL('../../infra/local/src/doctor.ts', import.meta.url));

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let taskId: string;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(home.home);
  const client = newClient(product.url);
  taskId = (await client.createTask('a static page about tea')).id;
  await client.runAll(taskId);
  await client.ended(taskId);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

async function runDoctor(...args: string[]) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', DOCTOR, '--json', ...args], {
    env: { ...process.env, NODE_OPTIONS: '', BUILDER_HOME: home.home },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  let said = '';
  child.stdout.on('data', (chunk: Buffer) => {
    output += chunk.toString('utf8');
  });
  child.stderr.on('data', (chunk: Buffer) => {
    said += chunk.toString('utf8');
  });
  const [code] = await once(child, 'close');
  const findings = output
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as { check: string; subject: string; detail: string });
  return { code, said, findings };
}

async function damage(database: string, ...statements: string[]): Promise<void> {
  const read = (name: string) => readFileSync(join(home.home, 'postgres', name), 'utf8').trim();
  const connectionString = `postgresql://${POSTGRES_USER}:${read('password')}@127.0.0.1:${read('port')}/${database}`;
  const client = new pg.Client({ connectionString });
  await client.connect();
  for (const statement of statements) await client.query(statement, [taskId]);
  await client.end();
}

test('finds nothing after a run', async () => {
  expect(await runDoctor()).toMatchObject({ code: 0, findings: [] });
});

test('a row that is not what its timeline says, and a feed that lost entries, are found and made anew', async () => {
  const client = newClient(product.url);
  const before = await client.getTask(taskId);
  const feed = await client.events(taskId);
  await damage('builder_task', `update tasks set status = 'queued', plan = '[]', current_step = 3 where id = $1`);
  await damage(
    'builder_notification',
    'delete from feed where task_id = $1 and seq > 5',
    'update feed_tasks set last_seq = 5 where task_id = $1',
  );
  // The feed is compared with timelines that nothing was added to lately.
  await damage('builder_task', `update tasks set updated_at = updated_at - interval '1 minute' where id = $1`);
  const found = await runDoctor();
  expect(found.code).toBe(1);
  expect(found.findings).toEqual([
    expect.objectContaining({
      check: 'projection',
      subject: taskId,
      detail: expect.stringMatching(/status.*plan.*current_step/),
    }),
    expect.objectContaining({ check: 'feed-behind', subject: taskId }),
  ]);
  expect(await runDoctor('--rebuild')).toMatchObject({ code: 0, findings: [] });
  const after = await client.getTask(taskId);
  expect({ ...after, seq: 0, updated_at: '', logs: [] }).toEqual({ ...before, seq: 0, updated_at: '', logs: [] });
  // The task says that it was made anew; the rest of the feed is what it was.
  expect(after.seq).toBe(before.seq + 1);
  expect((await client.events(taskId)).slice(0, feed.length)).toEqual(feed);
}, 60_000);

test('an intent without an outcome, a hole in a ledger and an event nobody can publish are found, not hidden', async () => {
  await damage(
    'builder_agent',
    'update runs set reserved_micro_usd = 70 where task_id = $1',
    'delete from ledger where task_id = $1 and no = 2',
  );
  const { code, findings } = await runDoctor('--rebuild');
  expect(code).toBe(1);
  expect(findings.map(({ check, subject }) => [check, subject])).toEqual([
    ['ledger-gap', taskId],
    // What the project has reserved is no longer the sum of what its runs have.
    ['project-budget', expect.any(String)],
    ['budget', taskId],
  ]);
}, 60_000);

test('words that it does not know are answered with how to call it', async () => {
  const { code, said } = await runDoctor('--repair');
  expect(code).toBe(2);
  expect(said).toContain('Usage: npm run doctor');
});
