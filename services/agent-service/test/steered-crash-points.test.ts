// A kill between each two durable writes of runs that are reviewed, approved, asked, paused, cancelled, retried, replanned,
// forked, refused by their provider and out of money: of the worker's writes and of those by which a user's words are taken in.
// `CRASH_POINTS=all` is the long form; otherwise about ten places of each are taken.
import { budgetChanged } from '@builder-ai/contracts/events/budget-changed';
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { taskForked } from '@builder-ai/contracts/events/task-forked';
import type { KillPoint } from '@builder-ai/testing/dying-database';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import type { ModelAnswer } from '../src/models/model.ts';
import { ProviderFault } from '../src/models/provider-fault.ts';
import { eventTypes, type GivenService, givenService, OWNER } from './given-service.ts';
import { COST, RESERVED, type SteeredScenario, said, steerWithKill } from './steered-run.ts';

const PLACES = process.env.CRASH_POINTS === 'all' ? Number.POSITIVE_INFINITY : 5;

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
  const scenario = { answer: build, says: [] };
  await steerWithKill(service.deps, PARENT, scenario, { commits: Number.POSITIVE_INFINITY, when: 'before' });
});

afterAll(() => service.close());

const PARENT = 'steered-parent';

type Content = ModelAnswer['content'];

const use = (name: string, input: unknown): Content => [{ type: 'tool_use', id: 'x', name, input }];
const finish = use('finish_step', { result: 'Done.' });
const text = (words: string): Content => [{ type: 'text', text: words }];
const job = { job_id: 'job-2', until: 'end' as const };

/** The steps of a plan, of one file each. */
function building(plan: string): SteeredScenario['answer'] {
  return ({ purpose, subject }, results) => {
    if (purpose === 'plan') return text(plan);
    const path = `${subject.step?.index}.txt`;
    return results === 0 ? use('write_file', { path, content: path }) : finish;
  };
}

const build = building('1. One\n2. Two');
const buildOne = building('1. One');

const verdict = (is: 'approve' | 'changes') => use('give_verdict', { verdict: is, summary: 'Seen.', reasons: [] });

const SCENARIOS: Record<string, SteeredScenario> = {
  'each step is approved': {
    request: { approval: 'step' },
    answer: build,
    says: [
      said(planApproved, { ...job, steps: ['One', 'Two'] }),
      said(planApproved, { ...job, steps: ['One', 'Two'] }),
    ],
  },
  'a reviewer sends a step back three times, and the user takes it': {
    request: { agent_mode: 'multi' },
    answer: (request, results, said) =>
      request.purpose === 'review' ? verdict('changes') : buildOne(request, results, said),
    says: [said(planApproved, { ...job, steps: ['One'] })],
  },
  'the agent asks its user': {
    answer: (request, results, said) =>
      request.purpose === 'build' && request.subject.step?.index === 0 && results === 0
        ? use('ask_user', { question: 'Which?' })
        : build(request, results, said),
    says: [said(questionAnswered, { ...job, call_id: '0.1.1', answer: 'That.' })],
  },
  'the money runs out, and there is more': {
    request: { cap_micro_usd: RESERVED + 2 * COST },
    answer: build,
    says: [said(budgetChanged, { cap_micro_usd: 1_000_000, job })],
  },
  'the user pauses, says something and goes on': {
    answer: build,
    meanwhile: { ...said(runPauseRequested, runPauseRequested.sample), at: 'build 0.1' },
    says: [
      said(messagePosted, { content: 'Use blue.' }),
      said(runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'claude', job_id: 'job-2' }),
    ],
  },
  'the user cancels': {
    answer: build,
    meanwhile: { ...said(runCancelRequested, runCancelRequested.sample), at: 'build 1.0' },
    stopsAnywhere: true,
    says: [],
  },
  'a step is retried after the end': {
    answer: build,
    says: [said(runRetryRequested, { ...job, step: 1 })],
  },
  'a step fails, and the planner finds another way': {
    answer: (request, results, said) => {
      const words = JSON.stringify(request.messages);
      if (request.purpose === 'plan') return text(words.includes('could not be done') ? '1. Easy' : '1. Hard');
      return words.includes('Hard') ? text('I cannot.') : build(request, results, said);
    },
    says: [],
  },
  'the provider refuses until its user has set the key': {
    answer(request, results, said) {
      if (request.purpose === 'build' && request.subject.step?.index === 1 && !said)
        throw new ProviderFault('wrong key', { kind: 'refused', mayBePaid: false });
      return build(request, results, said);
    },
    says: [said(runRequested, { ...runRequested.sample, owner_id: OWNER, agent_mode: 'claude', job_id: 'job-2' })],
  },
  'a fork goes on from the first step of another task': {
    before: [
      said(taskForked, {
        ...taskForked.sample,
        owner_id: OWNER,
        parent_id: PARENT,
        agent_mode: 'claude',
        after: { kind: 'step', step: 0 },
      }),
    ],
    answer: build,
    says: [],
  },
};

/** What depends on who was there: that a worker came, went or tried again. */
const CIRCUMSTANCES = new Set(['run.started', 'run.resumed', 'log.added', 'usage.recorded', 'tool.called']);

async function outcomeOf(task: string) {
  const ledger = await readLedger(service.deps.db, task);
  const [run] = await service.deps.db.query<{ state: string; reserved: number; spent: number; unseen: number }>(
    `select state, reserved_micro_usd as reserved, spent_micro_usd as spent, command_no - seen_command_no as unseen
     from runs where task_id = $1`,
    [task],
  );
  // Those that a fork took along were paid for by its parent.
  const [own] = await service.deps.db.query<{ answers: number }>(
    `select count(*) as answers from ledger where task_id = $1 and kind = 'model.answered' and epoch > 0`,
    [task],
  );
  const answers = own?.answers ?? 0;
  const unknown = ledger.filter(({ kind }) => kind === 'model.unknown').length;
  const intents = ledger.flatMap((entry) => (entry.kind === 'tool.intended' ? [entry.call_id] : []));
  const trees = ledger.flatMap((entry) => (entry.kind === 'step.done' ? [entry.after?.tree] : []));
  const told = (await eventTypes(service.deps, task)).filter((type) => !CIRCUMSTANCES.has(type)).toSorted();
  return { run, answers, unknown, intents, trees, told };
}

async function runToEnd(scenario: SteeredScenario, point: KillPoint) {
  const task = `steered-${++number}`;
  const steered = await steerWithKill(service.deps, task, scenario, point);
  return { ...steered, ...(await outcomeOf(task)) };
}

type Outcome = Awaited<ReturnType<typeof runToEnd>>;

/** Where to kill: everywhere, or at some places from the first to the last. */
function placesOf(commits: number): KillPoint[] {
  const count = Math.min(commits, PLACES);
  const places = Array.from({ length: count }, (_, n) => Math.round((n * (commits - 1)) / (count - 1)));
  return (['before', 'after'] as const).flatMap((when) => places.map((place) => ({ commits: place, when })));
}

function expectSame(at: string, found: Outcome, expected: Outcome, { stopsAnywhere }: SteeredScenario): void {
  const { run, trees, told, asked, intents, answers, unknown, killed, commits } = found;
  // By how its waits fall, a run has at times one commit more or less: then the last place is not come to.
  const isShorter = !killed && commits === expected.commits - 1;
  expect({ at, isCome: killed || isShorter, state: run?.state, trees }).toEqual({
    at,
    isCome: true,
    state: 'ended',
    trees: expected.trees,
  });
  if (stopsAnywhere) {
    // A call in flight of a run that is cancelled is not made again.
    expect(expected.told).toEqual(expect.arrayContaining(told));
    expect(expected.intents).toEqual(expect.arrayContaining([...new Set(intents)]));
  } else {
    expect({ at, told }).toEqual({ at, told: expected.told });
    expect(new Set(intents)).toEqual(new Set(expected.intents));
  }
  // One call at most was in flight: only that one is made again, and counts with all that was reserved for it.
  expect(new Set(asked)).toEqual(new Set(expected.asked));
  expect(asked.length).toBeLessThanOrEqual(expected.asked.length + 1);
  expect(intents.length).toBeLessThanOrEqual(expected.intents.length + 1);
  expect(unknown).toBeLessThanOrEqual(1);
  expect(run).toMatchObject({ reserved: 0, spent: answers * COST + unknown * RESERVED });
}

test.each(Object.entries(SCENARIOS))(
  'wherever it is killed: %s',
  async (_name, scenario) => {
    const expected = await runToEnd(scenario, { commits: Number.POSITIVE_INFINITY, when: 'before' });
    expect(expected).toMatchObject({ killed: false, run: { state: 'ended', reserved: 0 }, unknown: 0 });
    for (const point of placesOf(expected.commits)) {
      const at = `killed ${point.when} commit ${point.commits + 1}`;
      expectSame(at, await runToEnd(scenario, point), expected, scenario);
    }
    expect(await checkRuns(service.deps.db, null)).toEqual([]);
  },
  600_000,
);
