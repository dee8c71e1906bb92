// Whole runs with Claude's own SDK against a provider that follows a script: what is asked of the provider, what it costs,
// and what becomes of a run when the provider, the worker or the money goes away.
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import type { LedgerEntry } from '../src/ledger/ledger-entry.ts';
import { findRecordedTree, readLedger } from '../src/ledger/read-ledger.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { listFiles } from '../src/workspace/tree-files.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { allIsKept, claim, type GivenService, givenReadyRun, givenService, undisturbed } from './given-service.ts';
import { runWithKill } from './run-with-kill.ts';

const STEPS = 3;
const CALLS_PER_STEP = 2;
const TOO_MANY = { kind: 'status', status: 429 } as const;

let service: GivenService;
let provider: ScriptedProvider;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(() => provider.close());

async function givenClaude(options: Partial<ScriptedProviderOptions> = {}): Promise<{ deps: Deps; task: string }> {
  provider = await startScriptedProvider({
    script: stepScript({
      steps: STEPS,
      callsPerStep: CALLS_PER_STEP,
      call: (step, n) => ({ name: 'write_file', input: { path: `${step}/${n}.txt`, content: `${step}.${n}\n` } }),
    }),
    ...options,
  });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  return { deps: { ...service.deps, models: { ...service.deps.models, claude } }, task: `scripted-${++number}` };
}

async function drive(deps: Deps, task: string, change: { cap_micro_usd?: number } = {}): Promise<void> {
  await givenReadyRun(deps, task, change);
  await executeRun(deps, await claim(deps), silentLogger, undisturbed());
}

/** What was asked, in order: the plan, or the step and how many of its calls were made. */
const asked = () => provider.requests.map(({ step, results }) => (step === null ? 'plan' : `${step}.${results}`));

const undisturbedAsks = ['plan', ...[1, 2, 3].flatMap((step) => [0, 1, 2].map((results) => `${step}.${results}`))];

async function findOutcome(deps: Deps, task: string) {
  const [run] = await deps.db.query<{ state: string; spent: number; reserved: number }>(
    'select state, spent_micro_usd as spent, reserved_micro_usd as reserved from runs where task_id = $1',
    [task],
  );
  const rows = await deps.db.query<{ event: string }>('select event from outbox where key = $1 order by position', [
    task,
  ]);
  const events = rows.map(({ event }) => JSON.parse(event) as { type: string; data: Record<string, unknown> });
  const ledger = await readLedger(deps.db, task);
  const tree = await findRecordedTree(deps.db, task);
  const files = tree ? await listFiles(repositoryOf(deps.workspaceRoot, task), tree) : [];
  const paths = files.filter(({ type }) => type === 'file').map(({ path }) => path);
  return { run, ledger, last: events.at(-1), paths };
}

function spentOn(ledger: LedgerEntry[]): number {
  return ledger.reduce((sum, entry) => sum + (entry.kind === 'model.answered' ? entry.usage.cost_micro_usd : 0), 0);
}

const PATHS = [1, 2, 3].flatMap((step) => [1, 2].map((n) => `${step}/${n}.txt`));

test('a run is planned and built by Claude: each answer is asked for once, and what it cost is counted', async () => {
  const { deps, task } = await givenClaude();
  await drive(deps, task);
  const { run, ledger, last, paths } = await findOutcome(deps, task);
  expect(asked()).toEqual(undisturbedAsks);
  expect({ last: last?.type, paths }).toEqual({ last: 'run.completed', paths: PATHS });
  expect(spentOn(ledger)).toBeGreaterThan(0);
  expect(run).toEqual({ state: 'ended', spent: spentOn(ledger), reserved: 0 });
});

/**
 * Asking for the plan; then of each step two commits for each answer and its call, one for each workspace that is kept
 * while the model answers, and its end.
 */
const WRITES_BEFORE_STEP_2 = 1 + (2 * (CALLS_PER_STEP + 1) + CALLS_PER_STEP + 1);
const WRITES_BEFORE_SECOND_CALL = WRITES_BEFORE_STEP_2 + 2;

test.each([
  ['answer is in flight and what came before it is not kept: only these two are made again', 1, '2.1', '1.1.1'],
  ['answer is in flight: only that is asked for again', 2, '2.1', null],
  ['tool call is in flight: only that is made again', 3, null, '1.2.1'],
])('killed in the second call of step 2, when its %s', async (_name, writes, askedAgain, madeAgain) => {
  const { deps, task } = await givenClaude({
    // A model that takes its time: what came of the call before is recorded by then.
    held: () => eventually(() => allIsKept(deps, task)),
  });
  expect(await runWithKill(deps, task, { commits: WRITES_BEFORE_SECOND_CALL + writes, when: 'before' })).toBe(true);
  const { run, ledger, last, paths } = await findOutcome(deps, task);
  expect(asked()).toEqual(undisturbedAsks.flatMap((ask) => (ask === askedAgain ? [ask, ask] : [ask])));
  expect({ last: last?.type, paths }).toEqual({ last: 'run.completed', paths: PATHS });
  const made = ledger.filter((entry) => entry.kind === 'tool.intended').map((entry) => entry.call_id);
  expect(made.filter((callId, index) => made.indexOf(callId) < index)).toEqual(madeAgain ? [madeAgain] : []);
  // Whether the interrupted answer was paid nobody knows: it counts.
  const unknown = ledger.filter((entry) => entry.kind === 'model.unknown');
  expect(unknown).toHaveLength(askedAgain ? 1 : 0);
  expect(run).toMatchObject({ state: 'ended', reserved: 0 });
});

test('a provider that has too much to do is asked again, and what it turned away costs nothing', async () => {
  const { deps, task } = await givenClaude({
    fault: (_request, count) => (count === 2 || count === 3 ? TOO_MANY : undefined),
  });
  await drive(deps, task);
  const { run, ledger, last } = await findOutcome(deps, task);
  expect(asked()).toEqual(undisturbedAsks.flatMap((ask) => (ask === '1.0' ? [ask, ask, ask] : [ask])));
  expect(last?.type).toBe('run.completed');
  expect(ledger.filter((entry) => entry.kind === 'model.failed')).toHaveLength(2);
  expect(run).toEqual({ state: 'ended', spent: spentOn(ledger), reserved: 0 });
});

test('a provider that stays away makes the run wait with all kept, and it goes on there when asked to', async () => {
  let away = true;
  const { deps, task } = await givenClaude({
    fault: ({ step, results }) => (away && step === 2 && results === 1 ? TOO_MANY : undefined),
  });
  await drive(deps, task);
  const waiting = await findOutcome(deps, task);
  expect(waiting.last).toMatchObject({
    type: 'run.waiting',
    data: { waiting_for: 'input', code: 'AI_UNAVAILABLE', reason: expect.stringContaining('429') },
  });
  expect(waiting.run).toEqual({ state: 'idle', spent: spentOn(waiting.ledger), reserved: 0 });
  expect(asked().filter((ask) => ask === '2.1')).toHaveLength(4);
  expect(waiting.paths).toEqual(['1/1.txt', '1/2.txt', '2/1.txt']);
  const before = provider.requests.length;
  away = false;
  await drive(deps, task);
  const { last, paths } = await findOutcome(deps, task);
  expect(asked().slice(before)).toEqual(undisturbedAsks.slice(undisturbedAsks.indexOf('2.1')));
  expect({ last: last?.type, paths }).toEqual({ last: 'run.completed', paths: PATHS });
});

test('a cap that does not hold the next call: it is not sent, and the run waits until the cap is raised', async () => {
  const { deps, task } = await givenClaude();
  // Enough for a plan, which may be 4,096 tokens long, and not for an answer of the builder's 16,384.
  await drive(deps, task, { cap_micro_usd: 100_000 });
  const { run, last } = await findOutcome(deps, task);
  expect(asked()).toEqual(['plan']);
  expect(last).toMatchObject({ type: 'run.waiting', data: { waiting_for: 'budget', code: 'BUDGET_EXHAUSTED' } });
  expect(run).toMatchObject({ state: 'idle', reserved: 0 });
  await drive(deps, task, { cap_micro_usd: 1_000_000 });
  expect(asked()).toEqual(undisturbedAsks);
});
