// Recorded runs that did not come to their end: cancelled, given up, at a limit, or recorded while they were under way.
import { runCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import { runRequested } from '@builder-ai/contracts/events/run-requested';
import { silentLogger } from '@builder-ai/platform/logger';
import { dyingDatabase } from '@builder-ai/testing/dying-database';
import { eventually } from '@builder-ai/testing/eventually';
import type { Deps } from '../../src/deps.ts';
import { addCommand } from '../../src/runs/command.ts';
import { executeRun } from '../../src/runs/execute-run.ts';
import { MAX_RECOVERIES } from '../../src/runs/run.ts';
import { lockRunState } from '../../src/runs/run-store.ts';
import { claim, expireLease, givenReadyRun, undisturbed } from '../given-service.ts';
import { call, finish, inOrder, run, toPlan, write } from './calls.ts';
import type { Scenario } from './scenario.ts';
import { stands } from './steered-scenarios.ts';
import { openTickets } from './ticket-scenarios.ts';

/** Its one answer wants three calls; when the first is made, the user has cancelled the run. */
export const cancelledBetweenCalls: Scenario = {
  name: 'cancelled-between-calls',
  goal: 'a menu and its prices',
  mode: 'claude',
  openTools: openTickets,
  script: ({ purpose, results }) => {
    if (purpose === 'plan') return toPlan(['Write the menu']);
    if (results === 0) return { toolUses: [write('menu.txt', 'tea\n')] };
    return { toolUses: [call('mcp__tickets__list', {}), write('prices.txt', 'tea 2\n'), finish('Written.')] };
  },
  async play({ deps, task, wish }) {
    const cancel = async () => {
      await deps.db.transaction(async (tx) => {
        await lockRunState(tx, task);
        await addCommand(tx, task, { kind: 'run.cancel_requested', data: runCancelRequested.sample });
      });
    };
    await givenReadyRun(deps, task, wish);
    const signals = { ...undisturbed(), commandsWait: () => true };
    await executeRun({ ...deps, mcp: afterEachCall(deps, cancel) }, await claim(deps), silentLogger, signals);
  },
};

function afterEachCall({ mcp }: Deps, act: () => Promise<void>): Deps['mcp'] {
  const tools = mcp.tools().map((tool) => ({
    ...tool,
    call: async (...given: Parameters<typeof tool.call>) => {
      const result = await tool.call(...given);
      await act();
      return result;
    },
  }));
  return { ...mcp, tools: () => tools };
}

/** A command that would never end is stopped by the user, and what its answer wanted after it is not done. */
export const cancelledCommand: Scenario = {
  name: 'cancelled-command',
  goal: 'wait for something',
  mode: 'claude',
  commands: true,
  script: ({ purpose }) =>
    purpose === 'plan'
      ? toPlan(['Wait'])
      : {
          toolUses: [
            write('before.txt', 'there\n'),
            run('touch during.txt; sleep 1000'),
            write('after.txt', 'not there\n'),
          ],
        },
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'tool.called', 2);
    await worker.says(task, runCancelRequested, runCancelRequested.sample);
    await worker.hears(task, 'run.cancelled');
    await stands(worker, task, 'ended');
  },
};

const menu = inOrder(
  ['Write the menu', 'Write the prices'],
  [
    [write('menu.txt', 'tea\n'), finish('The menu is written.')],
    [write('prices.txt', 'tea 2\n'), write('kettle.txt', 'hot\n'), finish('The prices are written.')],
  ],
);

const ofMenu = { goal: 'a menu and its prices', mode: 'claude', script: menu } as const;

/** Cancelled while a reviewer that has not answered before is asked. */
export const cancelledReview: Scenario = {
  ...ofMenu,
  name: 'cancelled-review',
  mode: 'multi',
  async play({ task, wish, newWorker, hold, asked }) {
    hold.at('review');
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await eventually(() => asked().includes('review'));
    await worker.says(task, runCancelRequested, runCancelRequested.sample);
    await worker.hears(task, 'run.cancelled');
    await stands(worker, task, 'ended');
  },
};

/** The model is being asked while it is recorded. */
export const underWay: Scenario = {
  ...ofMenu,
  name: 'under-way',
  async play({ task, wish, newWorker, hold, asked }) {
    hold.at('2.1');
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await eventually(() => asked().includes('2.1'));
    await worker.hears(task, 'file.changed', 2);
  },
};

/** Its user wanted one step. */
export const oneStep: Scenario = {
  ...ofMenu,
  name: 'one-step',
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, { ...wish, until: 'step' });
    await stands(worker, task, 'idle');
  },
};

export const tooManyCalls: Scenario = {
  ...ofMenu,
  name: 'too-many-calls',
  limits: { modelCalls: 4 },
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.failed');
  },
};

/** Two hours pass while its worker is away. */
export const tooLong: Scenario = {
  ...ofMenu,
  name: 'too-long',
  async play({ deps, task, wish }) {
    await givenKilledRun(deps, task, wish);
    await deps.db.query("update runs set job_at = now() - interval '2 hours' where task_id = $1", [task]);
    await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  },
};

export const takenOverTooOften: Scenario = {
  ...ofMenu,
  name: 'taken-over-too-often',
  async play({ deps, task, wish }) {
    await givenKilledRun(deps, task, wish);
    await deps.db.query('update runs set recoveries = $2 where task_id = $1', [task, MAX_RECOVERIES]);
    await executeRun(deps, await claim(deps), silentLogger, undisturbed());
  },
};

async function givenKilledRun(deps: Deps, task: string, wish: Parameters<typeof givenReadyRun>[2]): Promise<void> {
  await givenReadyRun(deps, task, wish);
  const db = dyingDatabase(deps.db, { commits: 9, when: 'before' });
  await executeRun({ ...deps, db }, await claim(deps), silentLogger, undisturbed()).catch(() => {});
  await expireLease(deps, task);
}

/** The same call with the same result, again and again, whatever the plan. */
export const goesInCircles: Scenario = {
  name: 'goes-in-circles',
  goal: 'find the kettle',
  mode: 'claude',
  script: ({ purpose, results }) => {
    if (purpose === 'plan') return toPlan(['Look for it']);
    return { toolUses: [results === 0 ? write('note.txt', 'looking\n') : call('search', { query: 'kettle' })] };
  },
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.failed');
  },
};

/** The cap holds the plan and one call, and is not raised. */
export const spent: Scenario = {
  ...ofMenu,
  name: 'spent',
  cap: 178_500,
  async play({ task, wish, newWorker }) {
    const worker = newWorker();
    await worker.says(task, runRequested, wish);
    await worker.hears(task, 'run.waiting');
    await stands(worker, task, 'idle');
  },
};
