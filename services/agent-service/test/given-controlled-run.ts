// A run that Claude's own SDK builds against a scripted provider, driven by a real worker, for tests that steer it.
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { type RunRequested, runRequested } from '@builder-ai/contracts/events/run-requested';
import { eventually } from '@builder-ai/testing/eventually';
import { type ScriptedProviderOptions, startScriptedProvider } from '@builder-ai/testing/scripted-provider';
import { type Script, type ScriptToolUse, stepScript } from '@builder-ai/testing/scripted-provider/script';
import { findRecordedTree } from '../src/ledger/read-ledger.ts';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { listFiles } from '../src/workspace/tree-files.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { type GivenService, OWNER } from './given-service.ts';
import { givenWorker } from './given-worker.ts';

export type ControlledRun = Awaited<ReturnType<typeof givenControlledRun>>;

/** Two steps of two files each. */
export const twoSteps = stepScript({
  steps: 2,
  callsPerStep: 2,
  call: (step, n) => ({ name: 'write_file', input: { path: `${step}/${n}.txt`, content: `${step}.${n}\n` } }),
});

/** All that is asked for two steps. */
export const ALL = ['plan', ...[1, 2].flatMap((step) => [0, 1, 2].map((results) => `${step}.${results}`))];

export const finish = (result = 'Done.'): ScriptToolUse => ({ name: 'finish_step', input: { result } });

/** The job that goes on with a run. */
export const job = { job_id: 'job-2', until: 'end' as const };

let number = 0;

export async function givenControlledRun(
  service: GivenService,
  script: Script,
  options: Partial<ScriptedProviderOptions> = {},
) {
  const provider = await startScriptedProvider({ script, ...options });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  const worker = givenWorker({ ...service.deps, models: { ...service.deps.models, claude } }, service.database.url);
  const task = `controlled-${++number}`;
  const { db, workspaceRoot } = service.deps;
  return {
    ...worker,
    task,
    run: (change: Partial<RunRequested> = {}) =>
      worker.says(task, runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'claude', ...change }),
    cancel: () => worker.says(task, runCancelRequested, runCancelRequested.sample),
    pause: () => worker.says(task, runPauseRequested, runPauseRequested.sample),
    hears: (type: string, count?: number) => worker.hears(task, type, count),
    events: () => worker.eventsOf(task),
    ledger: () => worker.ledgerOf(task),
    money: () => worker.moneyOf(task),
    /** Waits until the run stands still. */
    stands: (state: 'idle' | 'ended') => eventually(async () => (await worker.moneyOf(task))?.state === state),
    /** What the provider was asked: the plan, or the step and how many of its calls were made. */
    asked: () => provider.requests.map(({ step, results }) => (step === null ? 'plan' : `${step}.${results}`)),
    async paths() {
      const tree = await findRecordedTree(db, task);
      const files = tree ? await listFiles(repositoryOf(workspaceRoot, task), tree) : [];
      return files.filter(({ type }) => type === 'file').map(({ path }) => path);
    },
    async close() {
      await worker.close();
      await provider.close();
    },
  };
}
