// One vendor builds, the other reviews: what a verdict does to a step, and what is shown when there is none.
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { eventually } from '@builder-ai/testing/eventually';
import {
  type ScriptedProvider,
  type ScriptedProviderOptions,
  startScriptedProvider,
} from '@builder-ai/testing/scripted-provider';
import type { RequestBody, Script, ScriptToolUse } from '@builder-ai/testing/scripted-provider/script';
import { afterAll, afterEach, beforeAll, expect, test } from '@jest/globals';
import { newAnthropicModel } from '../src/models/anthropic-model.ts';
import { type GivenService, givenService, OWNER } from './given-service.ts';
import { type GivenWorker, givenWorker } from './given-worker.ts';

let service: GivenService;
let provider: ScriptedProvider;
let worker: GivenWorker;
let task: string;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

afterEach(async () => {
  await worker.close();
  await provider.close();
});

type Verdict = { verdict: 'approve' | 'changes'; summary: string; reasons?: object[] };

const CHANGES: Verdict = {
  verdict: 'changes',
  summary: 'No title.',
  reasons: [{ file: 'index.html', line: 1, reason: 'There is no title.' }],
};
const APPROVE: Verdict = { verdict: 'approve', summary: 'Good.' };

const isReview = (body: RequestBody) => (body.tools ?? []).some(({ name }) => name === 'give_verdict');
const textOf = (body: RequestBody) => JSON.stringify(body.messages);

/** A builder that writes a page anew whenever it is sent back, and a reviewer with a list of verdicts. */
function scriptOf(verdicts: (Verdict | ScriptToolUse | string)[]): { script: Script; seen: string[] } {
  const seen: string[] = [];
  const script: Script = (request, body) => {
    if (isReview(body)) {
      seen.push(textOf(body));
      const next = verdicts[seen.length - 1] ?? APPROVE;
      if (typeof next === 'string') return { text: next };
      return { toolUses: ['name' in next ? next : { name: 'give_verdict', input: next }] };
    }
    if (request.purpose === 'plan') return { text: '1. Write the page' };
    const page = { name: 'write_file', input: { path: 'index.html', content: `<p>${request.results}</p>\n` } };
    return { toolUses: request.results % 2 === 0 ? [page] : [{ name: 'finish_step', input: { result: 'Written.' } }] };
  };
  return { script, seen };
}

async function given(script: Script, options: Partial<ScriptedProviderOptions> = {}): Promise<void> {
  provider = await startScriptedProvider({ script, ...options });
  const claude = newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'claude-sonnet-5-5' });
  const chatgpt = {
    ...newAnthropicModel({ apiKey: 'a-key', baseUrl: provider.url, model: 'other' }),
    agent: 'chatgpt',
  };
  const models = { ...service.deps.models, claude, chatgpt };
  worker = givenWorker({ ...service.deps, models }, service.database.url);
  task = `review-${++number}`;
  await worker.says(task, runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'multi' });
}

const verdicts = async () =>
  (await worker.eventsOf(task)).filter(({ type }) => type === 'review.given').map(({ data }) => data.verdict);

test('a step that is sent back is changed, and is done when its reviewer approves', async () => {
  const { script, seen } = scriptOf([CHANGES, APPROVE]);
  await given(script);
  await worker.hears(task, 'run.completed');
  expect(await verdicts()).toEqual(['changes', 'approved']);
  expect((await worker.hears(task, 'review.given'))?.data).toMatchObject({
    step: 0,
    round: 1,
    agent: 'chatgpt',
    reasons: [{ file: 'index.html', line: 1, reason: 'There is no title.' }],
  });
  // The reviewer sees what changed since the step began.
  expect(seen[0]).toContain('+<p>0</p>');
  expect(seen[1]).toContain('+<p>2</p>');
  const said = (await worker.eventsOf(task)).filter(({ type }) => type === 'message.added');
  expect(said.map(({ data }) => data.content)).toContain(
    'Changes are wanted: No title.\n- index.html:1: There is no title.',
  );
  // Both models' answers are part of what the step cost.
  const { data } = (await worker.hears(task, 'step.completed')) ?? { data: {} };
  const ledger = await worker.ledgerOf(task);
  const costs = ledger.flatMap((entry) =>
    entry.kind === 'model.answered' && entry.step === 0 ? [entry.usage.cost_micro_usd] : [],
  );
  expect(data.cost_micro_usd).toBe(costs.reduce((sum, cost) => sum + cost, 0));
});

test('a reviewer may read files, and must give its verdict by the tool', async () => {
  const { script, seen } = scriptOf([
    { name: 'read_file', input: { path: 'index.html' } },
    { name: 'write_file', input: { path: 'index.html', content: 'mine' } },
    'Looks good to me!',
    { ...CHANGES, reasons: [] },
    APPROVE,
  ]);
  await given(script);
  await worker.hears(task, 'run.completed');
  expect(await verdicts()).toEqual(['approved']);
  expect(seen[1]).toContain('<p>0</p>');
  expect(seen[2]).toContain('There is no tool write_file');
  expect(seen[3]).toContain('calling give_verdict');
  expect(seen[4]).toContain('say in reasons what has to change');
});

test('after three rounds the user decides: the step is taken as it is when they approve', async () => {
  const { script } = scriptOf([CHANGES, CHANGES, CHANGES, CHANGES]);
  await given(script);
  expect((await worker.hears(task, 'run.waiting'))?.data).toMatchObject({ waiting_for: 'approval' });
  expect(await verdicts()).toEqual(['changes', 'changes', 'changes']);
  await eventually(async () => (await worker.moneyOf(task))?.state === 'idle');
  const asks = provider.requests.length;
  await worker.says(task, planApproved, { job_id: 'job-2', until: 'end', steps: ['Write the page'] });
  await worker.hears(task, 'run.completed');
  expect(provider.requests.length).toBe(asks);
  const told = (await worker.eventsOf(task)).filter(({ type }) => type === 'review.given').at(-1);
  expect(told?.data).toMatchObject({ step: 0, verdict: 'changes', round: 3, accepted_by_user: true });
});

test('a review that cannot be had is shown as unreviewed, never as approved; the run goes on', async () => {
  const { script } = scriptOf([]);
  await given((request, body) => script(request, body), {
    fault: ({ purpose }, count) => (purpose === 'review' && count > 0 ? { kind: 'status', status: 401 } : undefined),
  });
  await worker.hears(task, 'run.completed');
  expect(await verdicts()).toEqual(['unreviewed']);
});

test('a reviewer that never gives a verdict has not reviewed', async () => {
  const { script } = scriptOf(Array.from({ length: 20 }, () => 'Well …'));
  await given(script);
  await worker.hears(task, 'run.completed');
  expect(await verdicts()).toEqual(['unreviewed']);
});
