// Facts of many runs that are recorded at the same moment share a commit: what is wrong with one is its own affair.
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { entry } from '@builder-ai/platform/outbox';
import { afterAll, beforeAll, beforeEach, expect, test } from '@jest/globals';
import { BudgetExceeded, toReserve, toSettle } from '../src/ledger/budget.ts';
import { CommandArrived, type Facts, LeaseLost, type RunChange } from '../src/ledger/facts.ts';
import { record } from '../src/ledger/ledger.ts';
import type { LedgerEntry } from '../src/ledger/ledger-entry.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { type ClaimedRun, fenceOf } from '../src/runs/run.ts';
import { claim, eventTypes, type GivenService, givenReadyRun, givenService } from './given-service.ts';

const NOTE: LedgerEntry = { kind: 'run.failed', error: 'x' };

let service: GivenService;
let number = 0;

beforeAll(async () => {
  service = await givenService();
});

beforeEach(async () => {
  await service.deps.db.query(`update runs set state = 'ended'`);
});

afterAll(() => service.close());

async function givenRun(cap_micro_usd = 100): Promise<ClaimedRun> {
  await givenReadyRun(service.deps, `together-${++number}`, { cap_micro_usd });
  const run = await claim(service.deps);
  // Nobody renews it here, and the next claim is not to find it.
  await service.deps.db.query(
    `update runs set lease_expires_at = clock_timestamp() + interval '1 hour' where task_id = $1`,
    [run.task_id],
  );
  return run;
}

const givenRuns = async (count: number) => {
  const runs: ClaimedRun[] = [];
  while (runs.length < count) runs.push(await givenRun());
  return runs;
};

const write = (run: ClaimedRun, facts: Partial<Facts & RunChange> = {}) =>
  record(service.deps.db, service.deps.outbox, fenceOf(run), { entries: [NOTE], ...facts });

const ledgerOf = async ({ task_id }: ClaimedRun) => (await readLedger(service.deps.db, task_id)).length;

const commitsOf = async () => {
  const [row] = await service.deps.db.query<{ n: number }>('select count(distinct xmin::text) as n from ledger');
  return row?.n ?? 0;
};

test('fifty runs that record at once take a few commits, and each has its rows and its events in order', async () => {
  const runs = await givenRuns(50);
  const before = await commitsOf();
  const events = [1, 2].map((attempt) => entry(stepStarted, { ...stepStarted.sample, attempt }));
  await Promise.all(runs.map((run) => write(run, { entries: [NOTE, NOTE], events })));
  expect((await commitsOf()) - before).toBeLessThan(5);
  for (const run of runs) {
    expect([await ledgerOf(run), await eventTypes(service.deps, run.task_id)]).toEqual([
      2,
      ['step.started', 'step.started'],
    ]);
    const rows = await service.deps.db.query<{ no: number; event: string }>(
      'select no, event from outbox where key = $1 order by position',
      [run.task_id],
    );
    expect(rows.map(({ no, event }) => [no, JSON.parse(event).data.attempt, JSON.parse(event).ownerid])).toEqual([
      [1, 1, run.owner_id],
      [2, 2, run.owner_id],
    ]);
  }
});

test('a lease that is lost, money that is not there and a command that came stop their own run alone', async () => {
  const [good, late, poor, spoken] = (await givenRuns(4)) as [ClaimedRun, ClaimedRun, ClaimedRun, ClaimedRun];
  await service.deps.db.query('update runs set epoch = epoch + 1 where task_id = $1', [late.task_id]);
  await service.deps.db.query('update runs set command_no = command_no + 1 where task_id = $1', [spoken.task_id]);
  const seen = spoken.seen_command_no + 1;
  const outcomes = await Promise.allSettled([
    write(good, { money: toReserve(100) }),
    write(late),
    write(poor, { money: toReserve(101) }),
    write(spoken, { park: { state: 'ended', seen } }),
  ]);
  expect(outcomes.map((outcome) => (outcome.status === 'rejected' ? outcome.reason.constructor : 'recorded'))).toEqual([
    'recorded',
    LeaseLost,
    BudgetExceeded,
    CommandArrived,
  ]);
  expect(await Promise.all([good, late, poor, spoken].map(ledgerOf))).toEqual([1, 0, 0, 0]);
});

test('facts that the database refuses are refused alone', async () => {
  const [good, bad] = (await givenRuns(2)) as [ClaimedRun, ClaimedRun];
  const outcomes = await Promise.allSettled([write(good), write(bad, { entries: [{ ...NOTE, error: '\0' }] })]);
  expect(outcomes.map(({ status }) => status)).toEqual(['fulfilled', 'rejected']);
  expect(await Promise.all([good, bad].map(ledgerOf))).toEqual([1, 0]);
});

test('a run that somebody else has locked keeps no other waiting, and is recorded when it is free', async () => {
  const [good, locked] = (await givenRuns(2)) as [ClaimedRun, ClaimedRun];
  let waiting: Promise<unknown> | undefined;
  await service.deps.db.transaction(async (tx) => {
    await tx.query('select 1 from runs where task_id = $1 for no key update', [locked.task_id]);
    waiting = write(locked);
    await write(good);
    expect(await Promise.all([good, locked].map(ledgerOf))).toEqual([1, 0]);
  });
  await waiting;
  expect(await ledgerOf(locked)).toBe(1);
});

test('of runs that reserve of one project at once no more go than its cap holds, and the others are told', async () => {
  const runs = await givenRuns(5);
  const owner = runs[0]?.owner_id;
  await service.deps.db.query('delete from budgets where owner_id = $1', [owner]);
  await service.deps.db.query('insert into budgets (owner_id, cap_micro_usd) values ($1, 100)', [owner]);
  const outcomes = await Promise.allSettled(runs.map((run) => write(run, { money: toReserve(40) })));
  const refused = outcomes.flatMap((outcome) => (outcome.status === 'rejected' ? [outcome.reason] : []));
  expect(refused.map((error) => error instanceof BudgetExceeded && error.of)).toEqual([
    'project',
    'project',
    'project',
  ]);
  await Promise.all(
    runs.map((run, index) => outcomes[index]?.status === 'fulfilled' && write(run, { money: toSettle(40, 10) })),
  );
  const [budget] = await service.deps.db.query(
    'select reserved_micro_usd as reserved, spent_micro_usd as spent from budgets where owner_id = $1',
    [owner],
  );
  expect(budget).toEqual({ reserved: 0, spent: 20 });
});
