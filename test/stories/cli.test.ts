// A user with a terminal and nothing else: signs in, gives a goal, watches it, takes the files away.
import { execFileSync } from 'node:child_process';
import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builder as start } from './builder-program.ts';
import { newClient } from './client.ts';
import { API_KEY, newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let env: Record<string, string>;
let work: string;

beforeAll(async () => {
  home = await newHome();
  product = await startProduct(join(home.home, 'product'), { OLLAMA: 'off', AGENT_MODE: 'template' });
  work = join(home.home, 'work');
  await mkdir(work);
  env = { BUILDER_URL: product.url, BUILDER_API_KEY: API_KEY, HOME: home.home };
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await home?.remove();
});

const builder = (...args: string[]) => start(args, { env, cwd: work });
const json = async <T>(...args: string[]): Promise<T> => JSON.parse((await builder(...args, '--json')).out) as T;

/** A finished task. */
async function built(): Promise<string> {
  const { code, out } = await builder('run', 'build a landing page with a contact form', '--watch', '--json');
  expect(code).toBe(0);
  return (JSON.parse(out.trim().split('\n').at(-1) as string) as Task).id;
}

test('run --watch shows the plan, each step and the end; through a pipe it has no colours', async () => {
  const { code, out, err } = await builder('run', 'build a landing page with a contact form', '--watch');
  expect(code).toBe(0);
  for (const shown of [/^plan: /m, /^▸ 0 /m, /^✓ 0 /m, /^✓ completed$/m]) expect(out).toMatch(shown);
  expect(err).toMatch(/^Task [\w-]+$/m);
  expect(out).not.toContain('\u001b');
}, 60_000);

test('run --watch --json gives each entry of the timeline once and in order, and the task at last', async () => {
  const { out } = await builder('run', 'say hello world', '--watch', '--json');
  const lines = out
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as TaskEvent & Task);
  const task = lines.pop() as Task;
  expect(lines.map(({ seq }) => seq)).toEqual(lines.map((_, index) => index + 1));
  expect([task.status, lines.at(-1)?.event_type]).toEqual(['completed', 'task_completed']);
}, 60_000);

test('ls, show, logs, diff, files and export give what the API has', async () => {
  const id = await built();
  expect((await json<Task[]>('ls', '--status', 'completed')).map((task) => task.id)).toContain(id);
  expect((await builder('ls', '-q', 'landing')).out).toContain(`${id}  ✓ completed`);
  expect(await json<Task>('show', id)).toEqual(await newClient(product.url).getTask(id));
  expect((await builder('show', id)).out).toContain('completed');
  const lines = (await builder('logs', id, '--json')).out.trim().split('\n');
  expect(lines.map((line) => JSON.parse(line))).toEqual(await newClient(product.url).logs(id));
  expect((await builder('diff', id)).out).toContain('+++ b/index.html');
  expect((await builder('diff', id, '--step', '0')).out).toContain('diff --git');
  expect((await builder('files', id)).out).toMatch(/^644 +\d+ {2}index\.html$/m);
  const page = await (await newClient(product.url).call('GET', `/tasks/${id}/files/index.html`)).text();
  expect((await builder('files', id, 'index.html')).out).toBe(page);
  expect(await builder('export', id)).toMatchObject({ code: 0, out: `${id}.zip\n` });
  expect((await readFile(join(work, `${id}.zip`))).subarray(0, 2).toString()).toBe('PK');
  const again = await builder('export', id);
  expect([again.code, again.err]).toEqual([2, expect.stringContaining('--force')]);
}, 90_000);

test('logs -f of a task that stands still tells it to its last entry and ends', async () => {
  const id = await built();
  const { code, out } = await builder('logs', '-f', id, '--json');
  const seqs = out
    .trim()
    .split('\n')
    .map((line) => (JSON.parse(line) as TaskEvent).seq);
  const { seq } = await newClient(product.url).getTask(id);
  expect(code).toBe(0);
  expect(seqs).toEqual(seqs.map((_, index) => index + 1));
  expect(seqs.length).toBe(seq);
}, 90_000);

test('a recording is exported and replayed; one that says otherwise ends with 1', async () => {
  const id = await built();
  expect((await builder('export', id, '--recording', '-o', 'run.jsonl')).code).toBe(0);
  const replayed = await builder('replay', 'run.jsonl');
  expect([replayed.code, replayed.out]).toEqual([0, expect.stringMatching(/^Identical: /)]);
  await writeFile(join(work, 'none.jsonl'), 'no recording');
  expect((await builder('replay', 'none.jsonl')).code).toBe(2);
}, 120_000);

test('a task that waits for approval ends the watching with 5 and says what it waits for; cancelled it is 1', async () => {
  const waits = await builder('run', 'say hello world', '--approval', 'plan', '--watch');
  expect([waits.code, waits.out]).toEqual([5, expect.stringContaining('waits for your approval')]);
  const id = waits.err.match(/^Task (\S+)$/m)?.[1] as string;
  expect((await builder('cancel', id)).code).toBe(0);
  await eventually(async () => (await newClient(product.url).getTask(id)).status === 'cancelled');
  expect((await builder('logs', '-f', id)).code).toBe(1);
}, 60_000);

test('a fork begins with the step that is named', async () => {
  const id = await built();
  const { code, out } = await builder('fork', id, '--step', '1', '--watch', '--json');
  const task = JSON.parse(out.trim().split('\n').at(-1) as string) as Task;
  expect([code, task.forked_from?.task_id, task.status]).toEqual([0, id, 'completed']);
}, 90_000);

test.each([
  ['an unknown command', ['fly'], 2, /unknown command/],
  ['a missing argument', ['show'], 2, /missing required argument/],
  ['an unknown task', ['show', 'no-such-task'], 4, /TASK_NOT_FOUND/],
  ['a path that would lead elsewhere', ['show', '..'], 2, /leads elsewhere/],
  ['a goal of nothing', ['run', ' '], 2, /GOAL_EMPTY/],
])('%s is told in words', async (_what, args, code, words) => {
  expect(await builder(...args)).toMatchObject({ code, err: expect.stringMatching(words) });
});

test('faults are JSON with --json', async () => {
  const { code, err, out } = await builder('show', 'no-such-task', '--json');
  expect([code, out]).toEqual([4, '']);
  expect(JSON.parse(err)).toMatchObject({ error: { code: 'TASK_NOT_FOUND', status: 404 }, exit_code: 4 });
});

test('without a key, with a wrong one, and without a server it says what to do', async () => {
  const nobody = { HOME: join(home.home, 'nobody'), BUILDER_URL: product.url };
  expect(await start(['ls'], { env: nobody })).toMatchObject({
    code: 3,
    err: expect.stringContaining('builder login'),
  });
  const wrong = await start(['ls'], { env: { ...nobody, BUILDER_API_KEY: 'bai_wrong' } });
  expect(wrong).toMatchObject({ code: 3, err: expect.stringContaining('builder login') });
  const away = await start(['ls'], { env: { ...env, BUILDER_URL: 'http://127.0.0.1:1' } });
  expect(away).toMatchObject({ code: 6, err: expect.stringContaining('cannot be reached') });
});

test('login by the link makes a key of its own, kept in a file that nobody else may read', async () => {
  const own = { HOME: join(home.home, 'signed-in') };
  const signedIn = await start(['login', '--link', product.signInLink], { env: own });
  expect(signedIn).toMatchObject({ code: 0, err: expect.stringContaining('read, run') });
  const file = join(own.HOME, '.config/builder-ai/credentials.json');
  expect((await stat(file)).mode & 0o777).toBe(0o600);
  const { key, url } = JSON.parse(await readFile(file, 'utf8'));
  expect([url, key]).toEqual([product.url, expect.stringMatching(/^bai_/)]);
  expect(signedIn.out + signedIn.err).not.toContain(key);
  expect((await start(['ls', '--json'], { env: own })).code).toBe(0);
  expect(await start(['doctor'], { env: own })).toMatchObject({
    code: 0,
    out: expect.stringContaining('is yours alone'),
  });
  // A key is sent to no other server than the one that it was made by.
  const elsewhere = await start(['ls'], { env: { ...own, BUILDER_URL: 'http://127.0.0.1:1' } });
  expect(elsewhere).toMatchObject({ code: 3, err: expect.stringContaining('Not signed in to http://127.0.0.1:1') });
  const again = await start(['login', '--link', product.signInLink], { env: own });
  expect(again).toMatchObject({ code: 3, err: expect.stringContaining('npm start') });
  expect((await start(['logout'], { env: own })).code).toBe(0);
  expect((await start(['ls'], { env: own })).code).toBe(3);
}, 60_000);

test('login by a key takes it from a pipe, and keeps none that is wrong', async () => {
  const own = { HOME: join(home.home, 'by-key'), BUILDER_URL: product.url };
  expect((await start(['login'], { env: own, stdin: 'bai_wrong\n' })).code).toBe(3);
  expect((await start(['ls'], { env: own })).code).toBe(3);
  expect((await start(['login'], { env: own, stdin: `${API_KEY}\n` })).code).toBe(0);
  expect((await start(['ls'], { env: own })).code).toBe(0);
}, 30_000);

test('login by e-mail and password makes a key as well', async () => {
  const email = 'owner@example.com';
  const password = 'correct horse battery staple';
  expect((await newClient(product.url).call('POST', '/account', { email, password })).status).toBe(201);
  const own = { HOME: join(home.home, 'by-password'), BUILDER_URL: product.url };
  expect((await start(['login', '--email', email], { env: own, stdin: 'wrong\n' })).code).toBe(3);
  expect((await start(['login', '--email', email], { env: own, stdin: `${password}\n` })).code).toBe(0);
  expect((await start(['ls'], { env: own })).code).toBe(0);
}, 30_000);

test('Ctrl-C ends the watching with 130, and the task goes on', async () => {
  let pressed = false;
  const wish = {
    // Once: a second time ends any program at once.
    onOutput(out: string, end: (signal: NodeJS.Signals) => void) {
      if (pressed || !/▸ 0/.test(out)) return;
      pressed = true;
      end('SIGINT');
    },
  };
  const { code, err } = await start(['run', 'build a landing page with a contact form', '-w'], { env, ...wish });
  expect(code).toBe(130);
  const id = err.match(/^Task (\S+)$/m)?.[1] as string;
  expect((await newClient(product.url).ended(id)).status).toBe('completed');
}, 60_000);

test('whoever reads only the beginning of it makes no noise', () => {
  const command = `"${process.execPath}" cli/bin/builder.mjs ls --json | head -c 1`;
  const cwd = new URL('../..', import.meta.url);
  const said = execFileSync('sh', ['-c', `${command} 2>&1`], {
    cwd,
    env: { ...process.env, ...env },
    encoding: 'utf8',
  });
  expect(said).toBe('[');
});

test('what a server says cannot steer a terminal', async () => {
  const title = '\u001b]0;owned\u0007\u001b[31m\u009b2Jred\u202e';
  const task = {
    id: title,
    title,
    status: 'completed',
    goal: title,
    plan: [],
    budget: { spent_micro_usd: 0 },
    error: title,
  };
  const server = createServer((_request, response) => {
    response
      .writeHead(200, { 'content-type': 'application/json' })
      .end(JSON.stringify(_request.url?.includes('limit') ? [task] : task));
  }).listen(0, '127.0.0.1');
  try {
    await eventually(async () => server.listening);
    const evil = { ...env, BUILDER_URL: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
    for (const args of [['ls'], ['show', 'x'], ['ls', '--json'], ['show', 'x', '--json']]) {
      const { code, out } = await start(args, { env: evil });
      expect(code).toBe(0);
      // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for.
      expect(out).not.toMatch(/[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
    }
  } finally {
    server.close();
  }
});
