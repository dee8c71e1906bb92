// A run is killed between each two durable writes, before and after each commit: whoever goes on makes no call twice
// whose outcome was recorded, loses none, and ends with the same workspace.
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Deps } from '../src/deps.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { ANSWERS, CALLS_PER_STEP, COST, countingModel, RESERVED, STEPS } from './counting-model.ts';
import { eventTypes, type GivenService, givenService, untilKept } from './given-service.ts';
import { runWithKill } from './run-with-kill.ts';

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

type Pace = 'quick' | 'slow';

async function runToEnd(pace: Pace, commits: number, when: 'before' | 'after') {
  const task = `crash-${pace}-${when}-${++number}`;
  // A slow one answers when the workspace of the call before has been kept and recorded, a quick one before that.
  const { model, asked } = countingModel(pace === 'slow' ? untilKept(service.deps, task) : undefined);
  const deps: Deps = { ...service.deps, models: { template: model } };
  return { task, asked, killed: await runWithKill(deps, task, { commits, when }) };
}

async function findOutcome(task: string) {
  const ledger = await readLedger(service.deps.db, task);
  const [run] = await service.deps.db.query<{ state: string; reserved: number; spent: number }>(
    'select state, reserved_micro_usd as reserved, spent_micro_usd as spent from runs where task_id = $1',
    [task],
  );
  const intents = ledger.filter((entry) => entry.kind === 'tool.intended').map((entry) => entry.call_id);
  const done = ledger.filter((entry) => entry.kind === 'step.done');
  return { run, intents, trees: done.map((entry) => entry.after), ledger };
}

describe('a kill between each two durable writes', () => {
  // Asking for the plan; of each step two commits for each answer and its call, and its end; and where the model takes its
  // time, one for each workspace that is kept while it answers.
  test.each([
    ['quick', 2 * (1 + STEPS * (2 * (CALLS_PER_STEP + 1) + 1))],
    ['slow', 2 * (1 + STEPS * (2 * (CALLS_PER_STEP + 1) + CALLS_PER_STEP + 1))],
  ] as const)(
    'leaves each call made once, or twice if it was in flight, and the workspace of the undisturbed run: a %s model',
    async (pace, places) => {
      const undisturbedRun = await runToEnd(pace, Number.POSITIVE_INFINITY, 'before');
      expect(undisturbedRun.killed).toBe(false);
      const expected = await findOutcome(undisturbedRun.task);
      expect(undisturbedRun.asked).toHaveLength(ANSWERS);
      expect(expected.run).toEqual({ state: 'ended', reserved: 0, spent: ANSWERS * COST });
      let points = 0;
      for (const when of ['before', 'after'] as const) {
        for (let commits = 0; ; commits += 1) {
          const { task, asked, killed } = await runToEnd(pace, commits, when);
          if (!killed) break;
          points += 1;
          const { run, intents, trees, ledger } = await findOutcome(task);
          const at = `killed ${when} commit ${commits + 1}`;
          expect({ at, state: run?.state, trees }).toEqual({ at, state: 'ended', trees: expected.trees });
          // One call at most was in flight: only that one is made again.
          expect(asked.length).toBeLessThanOrEqual(ANSWERS + 1);
          expect(new Set(asked)).toEqual(new Set(undisturbedRun.asked));
          expect(intents.length).toBeLessThanOrEqual(expected.intents.length + 1);
          expect(new Set(intents)).toEqual(new Set(expected.intents));
          // What was interrupted counts with all that was reserved for it, and nothing stays reserved.
          const unknown = ledger.filter((entry) => entry.kind === 'model.unknown').length;
          expect({ at, reserved: run?.reserved, spent: run?.spent }).toEqual({
            at,
            reserved: 0,
            spent: ANSWERS * COST + unknown * RESERVED,
          });
          expect(unknown).toBeLessThanOrEqual(1);
          const types = await eventTypes(service.deps, task);
          expect(types.filter((type) => type === 'step.completed')).toHaveLength(STEPS);
          expect(types.filter((type) => type === 'step.started')).toHaveLength(STEPS);
          expect(types.at(-1)).toBe('run.completed');
        }
      }
      expect(points).toBe(places);
    },
    120_000,
  );
});
