// A fork goes on from its parent's calls and files, and neither has anything to do with the other afterwards.
import { rm } from 'node:fs/promises';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { type TaskForked, taskForked } from '@builder-ai/contracts/events/task-forked';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProvider, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { findRecordedTree } from '../src/ledger/read-ledger.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { listFiles } from '../src/workspace/tree-files.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { type GivenWorker, givenWorker } from './given-worker.ts';

let service: GivenService;
let provider: ScriptedProvider;
let other: ScriptedProvider;
let worker: GivenWorker;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const scriptOf = (vendor: string) =>
  stepScript({
    steps: 3,
    callsPerStep: 2,
    call: (step, n) => ({ name: 'write_file', input: { path: `${step}/${n}.txt`, content: `${vendor}\n` } }),
  });

beforeEach(async () => {
  provider = await startScriptedProvider({ script: scriptOf('claude') });
  other = await startScriptedProvider({ script: scriptOf('chatgpt') });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  const chatgpt = { ...newAnthropicModel({ apiKey: 'a-key', baseUrl: other.url, model: 'other' }), agent: 'chatgpt' };
  worker = givenWorker({ ...service.deps, models: { ...service.deps.models, claude, chatgpt } }, service.database.url);
});

afterEach(async () => {
  await worker.close();
  await Promise.all([provider.close(), other.close()]);
});

const asked = (of: ScriptedProvider) =>
  of.requests.map(({ step, results }) => (step === null ? 'plan' : `${step}.${results}`));

async function filesOf(task: string): Promise<Record<string, number>> {
  const tree = await findRecordedTree(service.deps.db, task);
  const files = tree ? await listFiles(repositoryOf(service.deps.workspaceRoot, task), tree) : [];
  return Object.fromEntries(files.filter(({ type }) => type === 'file').map(({ path, size }) => [path, size]));
}

async function givenParent(): Promise<string> {
  const parent = `parent-${++number}`;
  await worker.says(parent, runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'claude' });
  await worker.hears(parent, 'run.completed');
  await eventually(async () => (await worker.moneyOf(parent))?.state === 'ended');
  return parent;
}

async function givenFork(parent: string, change: Partial<TaskForked>): Promise<string> {
  const fork = `fork-${++number}`;
  const data = { ...taskForked.sample, owner_id: OWNER, parent_id: parent, agent_mode: 'chatgpt' as const, ...change };
  await worker.says(fork, taskForked, data);
  return fork;
}

const runFork = async (fork: string) => {
  await worker.says(fork, runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'chatgpt' });
  await worker.hears(fork, 'run.completed');
};

const CLAUDE = 'claude\n'.length;
const CHATGPT = 'chatgpt\n'.length;

test('before step 3, by the other vendor: the first two steps are taken along, the third is made anew', async () => {
  const parent = await givenParent();
  const before = [await filesOf(parent), await worker.moneyOf(parent), await worker.ledgerOf(parent)];
  const fork = await givenFork(parent, { after: { kind: 'step', step: 1 } });
  expect(Object.keys(await filesOf(fork))).toEqual(['1/1.txt', '1/2.txt', '2/1.txt', '2/2.txt']);
  expect(await worker.moneyOf(fork)).toEqual({ state: 'idle', spent: 0, reserved: 0 });
  await runFork(fork);
  expect(asked(other)).toEqual(['3.0', '3.1', '3.2']);
  expect(await filesOf(fork)).toMatchObject({ '2/2.txt': CLAUDE, '3/1.txt': CHATGPT, '3/2.txt': CHATGPT });
  expect(await checkRuns(service.deps.db, service.deps.workspaceRoot)).toEqual([]);
  expect([await filesOf(parent), await worker.moneyOf(parent), await worker.ledgerOf(parent)]).toEqual(before);
});

test('within a step: the conversation goes on where it was', async () => {
  const fork = await givenFork(await givenParent(), { after: { kind: 'call', step: 1, call_id: '1.1.1' } });
  await runFork(fork);
  expect(asked(other)).toEqual(['2.1', '2.2', '3.0', '3.1', '3.2']);
  expect(await filesOf(fork)).toMatchObject({ '2/1.txt': CLAUDE, '2/2.txt': CHATGPT });
  // The parent's next answer was asked for before what this call left was recorded: that money is the parent's.
  expect((await worker.ledgerOf(fork)).map(({ kind }) => kind)).not.toContain('model.unknown');
  await eventually(async () => (await worker.moneyOf(fork))?.state === 'ended');
  expect(await worker.moneyOf(fork)).toMatchObject({ reserved: 0 });
  expect(await checkRuns(service.deps.db, service.deps.workspaceRoot)).toEqual([]);
});

test('at the plan, and at the very beginning', async () => {
  const parent = await givenParent();
  await runFork(await givenFork(parent, { after: { kind: 'plan' } }));
  expect(asked(other)[0]).toBe('1.0');
  await runFork(await givenFork(parent, { after: null }));
  expect(asked(other).filter((ask) => ask === 'plan')).toHaveLength(1);
});

test('the parent may go: the fork has its files for itself', async () => {
  const parent = await givenParent();
  const fork = await givenFork(parent, { after: { kind: 'step', step: 1 } });
  await rm(repositoryOf(service.deps.workspaceRoot, parent), { recursive: true });
  await runFork(fork);
  expect(Object.keys(await filesOf(fork))).toHaveLength(6);
});

test('its budget is its own: what the parent spent does not count, and its cap holds', async () => {
  const fork = await givenFork(await givenParent(), { after: { kind: 'step', step: 1 }, cap_micro_usd: 1 });
  await worker.says(fork, runRequested, {
    ...runRequested.sample,
    owner_id: OWNER,
    agent_mode: 'chatgpt',
    cap_micro_usd: 1,
  });
  expect((await worker.hears(fork, 'run.waiting'))?.data).toMatchObject({ waiting_for: 'budget' });
  expect(asked(other)).toEqual([]);
});
