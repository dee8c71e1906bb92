// Whole runs with Claude's own SDK against a provider that follows a script: what is asked of the provider, what it costs,
// and what becomes of a run when the provider, the worker or the money goes away.
import { silentLogger } from '@builder-ai/platform/logger';
import { stepScript } from '@builder-ai/testing/scripted-provider/script';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/ledger.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { listFiles } from '../src/workspace/tree-files.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { claim, type GivenService, givenReadyRun, givenService, undisturbed } from './given-service.ts';
import { runWithKill } from './run-with-kill.ts';

const STEPS = 3;
const CALLS_PER_STEP = 2;
const ANSWERS = 1 + STEPS * (CALLS_PER_STEP + 1);
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
  const done = ledger.filter((entry) => entry.kind === 'step.done');
  const tree = done.at(-1)?.after?.tree;
  const files = tree ? await listFiles(repositoryOf(deps.workspaceRoot, task), tree) : [];
  return { run, ledger, last: events.at(-1), paths: files.map(({ path }) => path).sort() };
}

const PATHS = [1, 2, 3].flatMap((step) => [1, 2].map((n) => `${step}/${n}.txt`));

test('a run is planned and built by Claude: each answer is asked for once, and what it cost is counted', async () => {
  const { deps, task } = await givenClaude();
  await drive(deps, task);
  const { run, ledger, last, paths } = await findOutcome(deps, task);
  expect(asked()).toEqual(undisturbedAsks);
  expect({ last: last?.type, paths }).toEqual({ last: 'run.completed', paths: PATHS });
  const answers = ledger.filter((entry) => entry.kind === 'model.answered');
  const spent = answers.reduce((sum, { usage }) => sum + usage.cost_micro_usd, 0);
  expect(answers).toHaveLength(ANSWERS);
  expect(run).toEqual({ state: 'ended', spent, reserved: 0 });
});
