// `npm run import` as a user runs it: beside a Builder AI that runs, while none runs, and on a server of one's own.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { Client } from 'pg';
import { openEmbeddedPostgres } from '../src/embedded-postgres.ts';
import { openHomeLock } from '../src/home-lock.ts';

const IMPORT = fileURLToPath(new URL('../src/import-tasks.ts', import.meta.url));
const MAIN = fileURLToPath(new URL('../src/main.ts', import.meta.url));
const KEY = 'key-of-the-import-tests-0123456789';

// The product is started, and the command run several times.
const TIME_LIMIT_MS = 120_000;

const GOOD = [
  { id: 'old-1', goal: 'build a page', type: 'deploy', status: 'done', plan: ['one'], logs: ['a line'] },
  { id: 'old-2', goal: 'mend it', type: 'fix', created_at: '2024-05-06T07:08:09' },
];
const BAD = [GOOD[0], { id: 'bad-1', goal: '' }, GOOD[1], 'nonsense'];

let root: string;
let home: string;
const running: { child: ChildProcess; ended: Promise<unknown> }[] = [];

beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'import test '));
  home = join(root, 'home');
});

afterEach(async () => {
  for (const { child, ended } of running.splice(0)) {
    child.kill('SIGKILL');
    await ended;
  }
  // After a test that failed: a killed product's database ends in order by itself, and until then it writes.
  await eventually(() => !existsSync(join(home, 'postgres', 'data', 'postmaster.pid')));
  rmSync(root, { recursive: true, force: true, maxRetries: 20, retryDelay: 100 });
});

function run(program: string, args: string[], env: Record<string, string> = {}) {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', program, ...args], {
    // (npm sets INIT_CWD to where the user is.)
    env: { ...process.env, NODE_OPTIONS: '', DATABASE_URL: '', BUILDER_HOME: home, INIT_CWD: root, ...env },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr]) stream?.on('data', (chunk) => (output += chunk));
  const ended = once(child, 'close').then(([code]) => ({ code: code as number, output }));
  running.push({ child, ended });
  return { child, ended, output: () => output };
}

const importTasks = (args: string[], env?: Record<string, string>) => run(IMPORT, args, env).ended;

function givenFile(rows: unknown): string {
  writeFileSync(join(root, 'tasks.json'), typeof rows === 'string' ? rows : JSON.stringify(rows));
  return 'tasks.json';
}

async function startProduct() {
  const product = run(MAIN, [], { PORT: '0', BUILDER_API_KEY: KEY });
  const link = await eventually(() => {
    if (product.child.exitCode !== null) throw new Error(`It ended: ${product.output()}`);
    return product.output().match(/http:\S+(?=\/sign-in\?token=)/)?.[0];
  }, 60_000);
  const get = async <T>(path: string): Promise<T> =>
    (await (await fetch(link + path, { headers: { authorization: `Bearer ${KEY}` } })).json()) as T;
  const stop = async () => {
    product.child.kill('SIGTERM');
    expect((await product.ended).code).toBe(0);
  };
  return { get, stop };
}

test(
  'while Builder AI runs: the tasks are in the list and in the feed at once, and stay the same the second time',
  async () => {
    const { get, stop } = await startProduct();
    expect(await get('/tasks')).toEqual([]);
    const file = givenFile(GOOD);
    expect(await importTasks([file, '--dry-run'])).toEqual({
      code: 0,
      output: 'Dry run: nothing is written.\nWould migrate 2 tasks to PostgreSQL\n',
    });
    expect(await get('/tasks')).toEqual([]);
    expect(await importTasks([file])).toEqual({ code: 0, output: 'Migrated 2 tasks to PostgreSQL\n' });
    expect((await get<Task[]>('/tasks')).map(({ id }) => id)).toEqual(['old-1', 'old-2']);
    const task = await get<Task>('/tasks/old-1');
    expect(task).toMatchObject({ type: 'build', status: 'completed', metadata: { original_type: 'deploy' } });
    expect([task.plan[0]?.description, task.logs[0]?.message]).toEqual(['one', 'a line']);
    const events = await eventually(async () => {
      const found = await get<TaskEvent[]>('/tasks/old-2/events');
      return found.length > 0 && found;
    });
    expect(events).toMatchObject([{ seq: 1, event_type: 'task_created', data: { goal: 'mend it', type: 'fix' } }]);
    expect(await importTasks([file])).toEqual({
      code: 0,
      output: 'Migrated 0 tasks to PostgreSQL\nThere already, and left as they are: 2\n',
    });
    await stop();
  },
  TIME_LIMIT_MS,
);

test(
  'while none runs: the tasks and their feed are there at the next start, and no process is left',
  async () => {
    const file = givenFile(GOOD);
    expect(await importTasks([file, '--dry-run'])).toMatchObject({ code: 0 });
    expect(existsSync(home)).toBe(false);
    expect(await importTasks([file])).toEqual({ code: 0, output: 'Migrated 2 tasks to PostgreSQL\n' });
    expect(readdirSync(home)).not.toContain('running.json');
    expect(await importTasks([file, '--dry-run'])).toEqual({
      code: 0,
      output:
        'Dry run: nothing is written.\nWould migrate 0 tasks to PostgreSQL\nThere already, and left as they are: 2\n',
    });
    const { get, stop } = await startProduct();
    expect((await get<Task[]>('/tasks')).map(({ id }) => id)).toEqual(['old-1', 'old-2']);
    await eventually(async () => (await get<TaskEvent[]>('/tasks/old-1/events')).length === 1);
    await stop();
  },
  TIME_LIMIT_MS,
);

describe('on the server of DATABASE_URL', () => {
  test('all or none, the good ones with --skip-bad, of the chosen user', async () => {
    const server = await openEmbeddedPostgres({ directory: join(root, 'server'), durable: false });
    const env = { DATABASE_URL: server.url('postgres') };
    const client = new Client({ connectionString: server.url('builder_task') });
    const file = givenFile(BAD);

    expect(await importTasks([file], env)).toEqual({
      code: 1,
      output: `Migration failed: 2 of 4 rows cannot be imported; nothing was written.
  Row 2 (id "bad-1"): goal: Goal cannot be empty
  Row 4: must be an object
Correct them in the file, or leave them out with --skip-bad.
`,
    });
    const imported = await importTasks([file, '--skip-bad', '--owner', 'somebody'], env);
    expect(imported.output).toBe(`Left out:
  Row 2 (id "bad-1"): goal: Goal cannot be empty
  Row 4: must be an object
Migrated 2 tasks to PostgreSQL
`);
    expect(imported.code).toBe(0);
    await client.connect();
    const { rows } = await client.query('select id, owner_id from tasks order by id');
    expect(rows).toEqual([
      { id: 'old-1', owner_id: 'somebody' },
      { id: 'old-2', owner_id: 'somebody' },
    ]);
    await client.end();
    await server.close();
    expect(existsSync(home)).toBe(false);

    const away = await importTasks([file, '--skip-bad'], env);
    expect(away).toMatchObject({ code: 1, output: expect.stringMatching(/^Migration failed: .*ECONNREFUSED/m) });
  });
});

test('a Builder AI that runs on another database is not waited for without a word', async () => {
  const server = await openEmbeddedPostgres({ directory: join(home, 'postgres'), durable: false });
  await server.close();
  const lock = await openHomeLock(home);
  lock.tell({ state: 'running', url: 'http://127.0.0.1:8000' });
  const { code, output } = await importTasks([givenFile(GOOD)]);
  lock.close();
  expect([code, output]).toEqual([
    1,
    expect.stringContaining('If it was started with DATABASE_URL, give this command'),
  ]);
});

describe('refused before any database is asked', () => {
  test.each<[string, () => string, string]>([
    ['no such file', () => 'none.json', 'there is no file'],
    ['a directory', () => '.', 'there is no file'],
    ['no JSON', () => givenFile('[{'), 'tasks.json is not JSON'],
    ['no list', () => givenFile({ id: 1 }), 'tasks.json must hold a list of tasks'],
    ['more than 50 MB', givenLargeFile, 'has 51 MB; 50 MB are allowed'],
  ])('%s', async (_what, toFile, reason) => {
    const { code, output } = await importTasks([toFile()]);
    expect([code, output]).toEqual([1, expect.stringContaining(reason)]);
    expect(output).toMatch(/^Migration failed: /);
    expect(existsSync(home)).toBe(false);
  });

  test.each([[[]], [['a.json', 'b.json']], [['a.json', '--force']], [['a.json', '--owner=']]])('%j', async (args) => {
    const { code, output } = await importTasks(args);
    expect([code, output]).toEqual([2, expect.stringContaining('Usage: npm run import -- tasks.json')]);
  });
});

function givenLargeFile(): string {
  truncateSync(join(root, givenFile('[]')), 50_000_001);
  return 'tasks.json';
}
