// A commit goes through and its worker never hears of it: the connection broke on the way back. What it was about to record
// then would be recorded a second time by the same owner, whose lease and epoch are good.
import type { Database } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { checkRuns } from '../src/doctor/check-runs.ts';
import { AlreadyRecorded } from '../src/ledger/facts.ts';
import { record } from '../src/ledger/ledger.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { fenceOf } from '../src/runs/run.ts';
import { ANSWERS, COST, countingModel, RESERVED } from './counting-model.ts';
import {
  claim,
  eventTypes,
  expireLease,
  type GivenService,
  givenReadyRun,
  givenService,
  undisturbed,
} from './given-service.ts';

/** What a run tells each time that a worker takes it. */
const OF_A_CLAIM = new Set(['run.started', 'run.resumed', 'log.added', 'usage.recorded', 'tool.called']);

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

/** The acknowledgement of one commit is lost; those before and after it are heard. */
function losingDatabase(db: Database, commits: number) {
  let left = commits;
  const losing: Database = {
    ...db,
    async transaction(work) {
      left -= 1;
      const result = await db.transaction(work);
      if (left === -1) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      return result;
    },
  };
  return { losing, hasLost: () => left < 0 };
}

/** Drives a run to its end, by as many claims as that takes. */
async function runWithLoss(commits: number) {
  const task = `lost-${++number}`;
  const { model, asked } = countingModel();
  await givenReadyRun(service.deps, task, { cap_micro_usd: 1_000_000 });
  const { losing, hasLost } = losingDatabase(service.deps.db, commits);
  const deps = { ...service.deps, models: { template: model }, db: losing };
  for (let claims = 1; ; claims += 1) {
    const error = await executeRun(deps, await claim(deps), silentLogger, undisturbed()).catch((thrown) => thrown);
    const [run] = await deps.db.query<{ state: string; reserved: number; spent: number }>(
      'select state, reserved_micro_usd as reserved, spent_micro_usd as spent from runs where task_id = $1',
      [task],
    );
    if (run?.state === 'ended') return { task, asked, run, lost: hasLost() };
    if (claims === 3) throw error;
    await expireLease(deps, task);
  }
}

const rowsOf = async (task: string) =>
  (await readLedger(service.deps.db, task)).map((row) =>
    [
      row.kind,
      'step' in row ? row.step : '',
      'call_id' in row ? row.call_id : '',
      'attempt' in row ? row.attempt : '',
    ].join(' '),
  );

const toldOf = async (task: string) => (await eventTypes(service.deps, task)).filter((type) => !OF_A_CLAIM.has(type));

test('whichever commit it is: nothing is recorded or told twice, and the run goes on from its ledger', async () => {
  const expected = await runWithLoss(Number.POSITIVE_INFINITY);
  expect(expected).toMatchObject({ lost: false, run: { reserved: 0, spent: ANSWERS * COST } });
  let commits = 0;
  for (; ; commits += 1) {
    const { task, asked, run, lost } = await runWithLoss(commits);
    if (!lost) break;
    const at = `acknowledgement ${commits + 1} is lost`;
    const rows = await rowsOf(task);
    expect({ at, twice: rows.filter((row, index) => rows.indexOf(row) !== index) }).toEqual({ at, twice: [] });
    expect({ at, told: await toldOf(task) }).toEqual({ at, told: await toldOf(expected.task) });
    const unknown = rows.filter((row) => row.startsWith('model.unknown')).length;
    expect({ at, ...run }).toEqual({ at, state: 'ended', reserved: 0, spent: ANSWERS * COST + unknown * RESERVED });
    // One answer at most was on its way.
    expect(asked.length).toBeLessThanOrEqual(ANSWERS + 1);
  }
  expect(commits).toBeGreaterThan(ANSWERS);
  expect(await checkRuns(service.deps.db, null)).toEqual([]);
}, 120_000);

test('a commit that is made late, after the one that took its place, is not made: nor are its money and its events', async () => {
  await givenReadyRun(service.deps, 'late', { cap_micro_usd: 100 });
  const run = await claim(service.deps);
  const write = (commitNo: number) =>
    record(service.deps.db, service.deps.outbox, fenceOf(run), {
      entries: [{ kind: 'run.failed', error: 'x' }],
      money: { reserve: 10, giveBack: 0, cost: 0 },
      commitNo,
    });
  await write(0);
  await expect(write(0)).rejects.toThrow(AlreadyRecorded);
  await write(1);
  expect(await rowsOf('late')).toHaveLength(2);
  const [row] = await service.deps.db.query(
    'select reserved_micro_usd as reserved, commit_no from runs where task_id = $1',
    ['late'],
  );
  expect(row).toEqual({ reserved: 20, commit_no: 2 });
});
