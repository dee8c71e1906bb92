// Two vendors' models build a small app together: one plans and builds, the other reviews. On the way the process is
// killed; then the run is forked to the other vendor, exported, and made again from the exported file alone.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import type { Task } from '@builder-ai/contracts/task';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import type { Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { newClient } from './client.ts';
import { newHome, type Product, startProduct } from './product.ts';

const REPLAY = fileURLToPath(new URL('../../infra/local/src/replay.ts', import.meta.url));
const KEYS = { ANTHROPIC_API_KEY: 'claude-key-of-the-story-8f3a', OPENAI_API_KEY: 'chatgpt-key-of-the-story-77b1' };
const STEPS = [
  'Write the package file',
  'Write the function that adds',
  'Write the command line around it',
  'Write its tests',
  'Write how to use it',
  'Check that everything is there',
];

let home: Awaited<ReturnType<typeof newHome>>;
let product: Product;
let provider: ScriptedProvider;
let env: Record<string, string>;

const write = (path: string, content: string): ScriptToolUse => ({ name: 'write_file', input: { path, content } });

const files: Record<number, (model: string) => ScriptToolUse[]> = {
  1: () => [write('package.json', '{"name":"adder","type":"module"}\n')],
  2: () => [write('add.js', 'export const add = (a, b) => a - b;\n')],
  3: (model) => [write('cli.js', `// by ${model}\nimport { add } from './add.js';\nconsole.log(add(1, 2));\n`)],
  4: (model) => [write('add.test.js', `// by ${model}\n`), write('cli.test.js', `// by ${model}\n`)],
  5: (model) => [write('README.md', `# Adder, by ${model}\n`)],
  6: () => [{ name: 'list_files', input: {} }],
};

/** Slow enough that the process can be killed in the middle of step 4. */
const latencyMs = ({ step, results }: { step: number | null; results: number }) =>
  step === 4 && results === 1 ? 1_500 : 0;

const script: Script = (request, body) => {
  const asked = JSON.stringify(body.messages);
  if (request.purpose === 'plan') return { text: STEPS.map((step, index) => `${index + 1}. ${step}`).join('\n') };
  if (request.purpose === 'review') {
    const reasons = [{ file: 'add.js', line: 1, reason: 'It subtracts.' }];
    const isWrong = asked.includes('+export const add = (a, b) => a - b;');
    const verdict = isWrong
      ? { verdict: 'changes', summary: 'It does not add.', reasons }
      : { verdict: 'approve', summary: 'Good.', reasons: [] };
    return { toolUses: [{ name: 'give_verdict', input: verdict }] };
  }
  const step = request.step ?? 1;
  const calls = (files[step] as (typeof files)[number])(body.model?.startsWith('claude') ? 'Claude' : 'ChatGPT');
  const next = calls[request.results];
  if (next) return { text: `Step ${step}.`, toolUses: [next] };
  if (asked.includes('It subtracts.') && request.results === calls.length + 1)
    return { toolUses: [write('add.js', 'export const add = (a, b) => a + b;\n')] };
  return { toolUses: [{ name: 'finish_step', input: { result: `Done: ${STEPS[step - 1]}.` } }] };
};

beforeAll(async () => {
  provider = await startScriptedProvider({ script, latencyMs });
  home = await newHome();
  env = { ...KEYS, ANTHROPIC_BASE_URL: provider.url, OPENAI_BASE_URL: `${provider.url}/v1`, OLLAMA: 'off' };
  product = await startProduct(home.home, env);
}, 90_000);

afterAll(async () => {
  await product?.stop();
  await provider?.close();
  await home?.remove();
});

type Usage = { total: { cost_micro_usd: number }; by_agent: { agent: string; cost_micro_usd: number }[] };

async function expectCostToAddUp(id: string): Promise<Usage> {
  const client = newClient(product.url);
  const usage = (await (await client.call('GET', `/tasks/${id}/usage`)).json()) as Usage;
  const { budget } = await client.getTask(id);
  const events = await client.events(id);
  const told = events.filter(({ event_type }) => event_type === 'usage_recorded');
  const sum = (costs: number[]) => costs.reduce((all, cost) => all + cost, 0);
  const total = usage.total.cost_micro_usd;
  expect(total).toBeGreaterThan(0);
  expect(budget).toMatchObject({ spent_micro_usd: total, reserved_micro_usd: 0 });
  expect(sum(usage.by_agent.map(({ cost_micro_usd }) => cost_micro_usd))).toBe(total);
  expect(sum(told.map(({ data }) => data.cost_micro_usd as number))).toBe(total);
  return usage;
}

/** What `npm run replay` does, as a process of its own that has no keys. */
async function replay(id: string): Promise<[number | null, string]> {
  const text = await (await newClient(product.url).call('GET', `/tasks/${id}/recording`)).text();
  for (const key of Object.values(KEYS)) expect(text).not.toContain(key);
  const file = join(home.home, `${id}.jsonl`);
  await writeFile(file, text);
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', REPLAY, file], {
    env: { ...process.env, NODE_OPTIONS: '' },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let output = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      output += chunk.toString('utf8');
    });
  const [code] = await once(child, 'close');
  return [code, output];
}

test('six steps, one of them sent back, killed once: built, forked to the other vendor, exported and made again', async () => {
  let client = newClient(product.url);
  const { id } = await client.createTask('an adder for the command line');
  await client.runAsync(id);
  await eventually(() => provider.requests.some(({ step, results }) => step === 4 && results === 1), 60_000);
  await product.kill();
  product = await startProduct(home.home, env);
  client = newClient(product.url);
  const task = await client.ended(id);
  expect(task.status).toBe('completed');
  expect(task.plan.map(({ status, agent }) => [status, agent])).toEqual(STEPS.map(() => ['completed', 'claude']));
  expect(task.plan.map(({ review }) => review && [review.agent, review.verdict, review.round])).toEqual(
    STEPS.map((_step, index) => ['chatgpt', 'approved', index === 1 ? 2 : 1]),
  );
  expect(task.collaboration_log).toContain('[chatgpt] Changes are wanted: It does not add.\n- add.js:1: It subtracts.');
  const walk = await client.walk(id);
  expect(walk['add.js']).toContain('a + b');
  expect(walk['cli.js']).toContain('by Claude');
  // Only the call that was in flight when the process died was asked for again.
  const builds = provider.requests
    .filter(({ purpose }) => purpose === 'build')
    .map(({ step, results }) => `${step}.${results}`);
  expect(builds.filter((ask, index) => builds.indexOf(ask) !== index)).toEqual(['4.1']);
  const { by_agent } = await expectCostToAddUp(id);
  expect(by_agent.map(({ agent }) => agent).sort()).toEqual(['chatgpt', 'claude']);

  const made = await client.call('POST', `/tasks/${id}/fork`, { at_step: 2, agent_mode: 'chatgpt' });
  const fork = (await made.json()) as Task;
  expect(fork).toMatchObject({ forked_from: { task_id: id }, current_step: 2, status: 'in_progress' });
  const forked = await client.runAll(fork.id);
  expect(forked.status).toBe('completed');
  const forkedWalk = await client.walk(fork.id);
  expect(forkedWalk['add.js']).toBe(walk['add.js']);
  expect(forkedWalk['cli.js']).toContain('by ChatGPT');
  expect(await client.walk(id)).toEqual(walk);
  expect((await expectCostToAddUp(fork.id)).by_agent.map(({ agent }) => agent)).toEqual(['chatgpt']);

  expect(await replay(id)).toEqual([0, expect.stringMatching(/^Identical: \d+ calls, 6 files.*, [1-9]\d* events/)]);
  expect(await replay(fork.id)).toEqual([
    0,
    expect.stringMatching(/^Identical: \d+ calls, 6 files.*, [1-9]\d* events/),
  ]);
}, 180_000);
