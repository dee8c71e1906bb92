// A user with a terminal steers a task: approves its plan, answers what is asked, holds it, and goes on.
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { builder as start } from './builder-program.ts';
import { newClient } from './client.ts';
import { API_KEY, newHome, type Product, startProduct } from './product.ts';

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;
let env: Record<string, string>;

/** One step: it asks for a colour, lists the files, and is done. */
const script: Script = ({ purpose, results }, body) => {
  if (purpose === 'plan') return { text: '1. Paint the page' };
  if (results === 0) return { toolUses: [{ name: 'ask_user', input: { question: 'Which colour?' } }] };
  if (results === 1) return { toolUses: [{ name: 'list_files', input: {} }] };
  const result = JSON.stringify(body.messages).includes('a deep green') ? 'It is green.' : 'Nobody told me.';
  return { toolUses: [{ name: 'finish_step', input: { result } }] };
};

beforeAll(async () => {
  home = await newHome();
  provider = await startScriptedProvider({ script, latencyMs: ({ results }) => (results === 1 ? 1_500 : 0) });
  product = await startProduct(join(home.home, 'product'), {
    OLLAMA: 'off',
    AGENT_MODE: 'claude',
    ANTHROPIC_API_KEY: 'a-key',
    ANTHROPIC_BASE_URL: provider.url,
  });
  await mkdir(join(home.home, 'work'));
  env = { BUILDER_URL: product.url, BUILDER_API_KEY: API_KEY, HOME: home.home };
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await provider?.close();
  await home?.remove();
});

const builder = (...args: string[]) => start(args, { env, cwd: join(home.home, 'work') });
const taskOf = (id: string) => newClient(product.url).getTask(id);

test('approve, answer, pause and resume: each says where the task stands, and ends as it does', async () => {
  const run = await builder('run', 'paint a page', '--approval', 'plan', '--watch');
  const id = run.err.match(/^Task (\S+)$/m)?.[1] as string;
  expect([run.code, run.out]).toEqual([5, expect.stringContaining('`builder approve <task>`')]);

  const early = await builder('answer', id, 'red');
  expect([early.code, early.err]).toEqual([7, expect.stringContaining('NO_QUESTION')]);
  const approved = await builder('approve', id, '--watch');
  expect([approved.code, approved.out]).toEqual([5, expect.stringContaining('It asks: Which colour?')]);

  const again = await builder('approve', id, '--json');
  expect([again.code, JSON.parse(again.err).error.code]).toEqual([7, 'NOTHING_TO_APPROVE']);
  expect(await builder('answer', id, ' ')).toMatchObject({ code: 2 });
  const answered = await builder('answer', id, 'a deep green', '--json');
  expect([answered.code, (JSON.parse(answered.out) as Task).id]).toEqual([0, id]);

  // The model takes its time after the answer.
  await eventually(() => provider.requests.some(({ results }) => results === 1));
  expect(await builder('pause', id)).toMatchObject({ code: 0, out: `${id} stops after the call in flight.\n` });
  await eventually(async () => (await taskOf(id)).waiting_for === 'resume', 20_000);
  expect((await builder('show', id)).out).toContain('`builder resume <task>`');

  const resumed = await builder('resume', id, '--watch', '--json');
  const task = JSON.parse(resumed.out.trim().split('\n').at(-1) as string) as Task;
  expect([task.waiting_for, task.plan[0]?.result, resumed.code]).toEqual([null, 'It is green.', 0]);
  expect(await builder('resume', id)).toMatchObject({ code: 7, err: expect.stringContaining('TASK_ENDED') });
}, 120_000);

test.each(['approve', 'answer', 'pause', 'resume'])('%s: a task that is not there ends with 4', async (command) => {
  const args = command === 'answer' ? ['no-such-task', 'yes'] : ['no-such-task'];
  expect(await builder(command, ...args)).toMatchObject({ code: 4, err: expect.stringContaining('TASK_NOT_FOUND') });
});

test('rm deletes what it is told to, when it is told twice', async () => {
  const made = await builder('run', 'a page to be deleted', '--json');
  const { id } = JSON.parse(made.out) as { id: string };
  const unsure = await builder('rm', id);
  expect([unsure.code, unsure.err]).toEqual([2, expect.stringContaining('--yes')]);
  expect((await builder('show', id)).code).toBe(0);
  expect(await builder('rm', id, '--yes')).toMatchObject({ code: 0, out: `${id} is deleted.\n` });
  expect((await builder('show', id)).code).toBe(4);
  expect((await builder('rm', id, '--yes')).code).toBe(4);
}, 30_000);
