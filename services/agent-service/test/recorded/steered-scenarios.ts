// Recorded runs that did not go straight to their end: their user steered them, a provider failed, a worker was killed.
import { budgetChanged } from '@builder-ai/contracts/events/budget-changed';
import { messagePosted } from '@builder-ai/contracts/events/message-posted';
import { planApproved } from '@builder-ai/contracts/events/plan-approved';
import { questionAnswered } from '@builder-ai/contracts/events/question-answered';
import { runPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { runRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import { taskForked } from '@builder-ai/contracts/events/task-forked';
import { silentLogger } from '@builder-ai/platform/logger';
import { dyingDatabase } from '@builder-ai/testing/dying-database';
import { eventually } from '@builder-ai/testing/eventually';
import type { Script } from '@builder-ai/testing/scripted-provider/script';
import { executeRun } from '../../src/runs/execute-run.ts';
import { job } from '../given-controlled-run.ts';
import { claim, expireLease, givenReadyRun, undisturbed } from '../given-service.ts';
import type { GivenWorker } from '../given-worker.ts';
import { call, finish, inOrder, toPlan, write } from './calls.ts';
import type { Scenario } from './scenario.ts';

export const stands = (worker: GivenWorker, task: string, state: 'idle' | 'ended') =>
  eventually(async () => (await worker.moneyOf(task))?.state === state);

/** Two files in each of two steps. */
const twoSteps = inOrder(
  ['Write the menu', 'Write the prices'],
  [
    [write('menu.txt', 'tea\n'), write('notes/kettle.txt', 'hot\n'), finish('The menu is written.')],
    [write('prices.txt', 'tea 2\n'), write('menu.txt', 'tea, see prices.txt\n'), finish('The prices are written.')],
  ],
);

/** The reviewer's provider turns every request away. */
export const unreviewed: Scenario = {
  name: 'unreviewed',
  goal: 'a menu and its prices',
  mode: 'multi',
  script: twoSteps,
  provider: {
    fault: ({ purpose }) => (purpose === 'review' ? { kind: 'status', status: 400, message: 'not today' } : undefined),
  },
};

/** The second step cannot be done: the planner finds two others. */
const otherWay: Script = (request, body) => {
  const text = JSON.stringify(body.messages);
  if (request.purpose === 'plan')
    return text.includes('There is no printer') ? toPlan(['Draw it', 'Say where it is']) : toPlan(['Write', 'Print']);
  if (text.includes(': Write'))
    return { toolUses: [request.results === 0 ? write('card.txt', 'Hi\n') : finish('Written.')] };
  if (text.includes(': Print'))
    return request.results === 0 ? { toolUses: [write('draft.txt', 'half\n')] } : { text: 'There is no printer.' };
  if (text.includes(': Draw it'))
    return {
      toolUses: [
        request.results === 0 ? write('card.svg', '<svg xmlns="http://www.w3.org/2000/svg"/>\n') : finish('Drawn.'),
      ],
    };
  return { toolUses: [request.results === 0 ? call('list_files', {}) : finish('It is card.svg.')] };
};

export const replanned: Scenario = { name: 'replanned', goal: 'print a card', mode: 'claude', script: otherWay };

const questions: Script = (request, body) => {
  if (request.purpose === 'plan') return toPlan(['Ask', 'Write']);
  const colour = JSON.stringify(body.messages).match(/rather (\w+)/)?.[1] ?? 'plain';
  const ask = call('ask_user', { question: `Which colour for ${request.step}?` });
  const calls = [ask, write(`${request.step}.css`, `body { color: ${colour}; }\n`), finish(`It is ${colour}.`)];
  return { toolUses: [calls[request.results] ?? finish('Done.')] };
};

/** The plan is approved with another step, questions are answered, something is said meanwhile, and the last step is made anew. */
export const asked: Scenario = {
  name: 'asked',
  goal: 'a page in a colour',
  mode: 'claude',
  approval: 'plan',
  script: questions,
  async play({ task, wish, newWorker, hold, asked: askedFor }) {
    hold.at('1.1');
    const worker = newWorker();
    let waits = 0;
    const nextWait = () => {
      waits += 1;
      return waits;
    };
    const answer = async (words: string) => {
      const { data } = (await worker.hears(task, 'run.waiting', nextWait())) ?? { data: {} };
      await stands(worker, task, 'idle');
      const { call_id } = data.call as { call_id: string };
      await worker.says(task, questionAnswered, { ...job, call_id, answer: words });
    };
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.waiting', nextWait());
    await stands(worker, task, 'idle');
    await worker.says(task, planApproved, { ...job, steps: ['Ask', 'Write', 'Write more'] });
    await answer('blue');
    await eventually(() => askedFor().includes('1.1'));
    await worker.says(task, messagePosted, { content: 'rather green' });
    hold.open();
    await answer('as before');
    await answer('as you like');
    await worker.hears(task, 'run.completed');
    await stands(worker, task, 'ended');
    await worker.says(task, runRetryRequested, { ...job, step: 2 });
    await answer('once more');
    await worker.hears(task, 'run.completed', 2);
  },
};

export const paused: Scenario = {
  name: 'paused',
  goal: 'a menu and its prices',
  mode: 'claude',
  script: twoSteps,
  async play({ task, wish, newWorker, hold, asked: askedFor }) {
    hold.at('1.1');
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await eventually(() => askedFor().includes('1.1'));
    await worker.says(task, runPauseRequested, runPauseRequested.sample);
    hold.open();
    await worker.hears(task, 'run.waiting');
    await stands(worker, task, 'idle');
    await worker.says(task, runRequested, { ...wish, job_id: 'job-2' });
    await worker.hears(task, 'run.completed');
  },
};

/** The cap holds the plan and some calls; then it is raised. */
export const budget: Scenario = {
  name: 'budget',
  goal: 'a menu and its prices',
  mode: 'claude',
  cap: 140_000,
  script: twoSteps,
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.waiting');
    await stands(worker, task, 'idle');
    await worker.says(task, budgetChanged, { cap_micro_usd: 9_000_000, job: job });
    await worker.hears(task, 'run.completed');
  },
};

/** The recording is that of the fork, which the other vendor's model went on with after the first step. */
export const forked: Scenario = {
  name: 'forked',
  goal: 'a menu and its prices',
  mode: 'claude',
  script: twoSteps,
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    const parent = `parent-of-${task}`;
    await worker.says(parent, runRequested, wish);
    await worker.hears(parent, 'run.completed');
    await stands(worker, parent, 'ended');
    const from = { parent_id: parent, parent_seq: 20, after: { kind: 'step' as const, step: 0 } };
    const { owner_id, goal, task_type } = wish;
    await worker.says(task, taskForked, {
      owner_id,
      goal,
      task_type,
      agent_mode: 'chatgpt',
      cap_micro_usd: null,
      ...from,
    });
    await worker.says(task, runRequested, { ...wish, agent_mode: 'chatgpt' });
    await worker.hears(task, 'run.completed');
  },
};

/** Its worker is killed between a call and its outcome; another one goes on. */
export const interrupted: Scenario = {
  name: 'interrupted',
  goal: 'a menu and its prices',
  mode: 'claude',
  script: twoSteps,
  async play({ deps, task, wish }) {
    await givenReadyRun(deps, task, wish);
    for (const commits of [5, 9]) {
      const db = dyingDatabase(deps.db, { commits, when: 'before' });
      const run = await claim(deps);
      await executeRun({ ...deps, db }, run, silentLogger, undisturbed()).catch(() => {});
      await expireLease(deps, task);
    }
    await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  },
};
