// Claims, fencing and take-over of runs.

import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { type Facts, type Fence, LeaseLost } from '../src/ledger/facts.ts';
import { record } from '../src/ledger/ledger.ts';
import { readLedger } from '../src/ledger/read-ledger.ts';
import { sendFacts, toRecordable } from '../src/ledger/record-facts.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { fenceOf, MAX_RECOVERIES } from '../src/runs/run.ts';
import { claimRun, claimRuns } from '../src/runs/run-store.ts';
import { startRunWorker } from '../src/runs/run-worker.ts';
import {
  claim,
  eventTypes,
  expireLease,
  type GivenService,
  givenReadyRun,
  givenService,
  undisturbed,
} from './given-service.ts';

let service: GivenService;
let number = 0;
const newTask = () => `lease-${++number}`;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const note = (fence: Fence, error = 'x') =>
  record(service.deps.db, service.deps.outbox, fence, { entries: [{ kind: 'run.failed', error }] });

/** Claims what is left over, so that tests do not meet each other's runs. */
async function endAll(): Promise<void> {
  await service.deps.db.query(`update runs set state = 'ended'`);
}

describe('claiming', () => {
  test('of many workers at once, each ready run goes to exactly one', async () => {
    await endAll();
    const tasks = Array.from({ length: 5 }, newTask);
    for (const task of tasks) await givenReadyRun(service.deps, task);
    const claims = await Promise.all(
      Array.from({ length: 12 }, (_, index) => claimRun(service.deps.db, `worker-${index}`)),
    );
    expect(claims.flatMap((run) => run?.task_id ?? []).sort()).toEqual(tasks.sort());
  });

  test('a run that another claim has in hand is left to it, before that one has committed', async () => {
    await endAll();
    const [task, other] = [newTask(), newTask()];
    await givenReadyRun(service.deps, task);
    await givenReadyRun(service.deps, other);
    const claims = await service.deps.db.transaction(async (tx) => {
      const first = await claimRun(tx, 'worker-1');
      // It must not wait for the first one's end: it would get the same run.
      return [first, await claimRun(service.deps.db, 'worker-2')];
    });
    expect(claims.map((run) => run?.task_id)).toEqual([task, other]);
  });

  test('what was left behind is claimed before what is ready, and no more than asked for', async () => {
    await endAll();
    const tasks = Array.from({ length: 4 }, newTask);
    for (const task of tasks) await givenReadyRun(service.deps, task);
    expect(await claimRuns(service.deps.db, 'worker-1', 2)).toHaveLength(2);
    await expireLease(service.deps, tasks[1] as string);
    const next = await claimRuns(service.deps.db, 'worker-2', 2);
    const recoveries = Object.fromEntries(next.map((run) => [run.task_id, run.recoveries]));
    expect(recoveries).toEqual({ [tasks[1] as string]: 1, [tasks[2] as string]: 0 });
  });

  test('a leased run is not claimed; when its lease is over it is, with a higher epoch, and counted', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const first = await claim(service.deps);
    expect(await claimRun(service.deps.db, 'worker-2')).toBeUndefined();
    await expireLease(service.deps, task);
    const second = await claim(service.deps, 'worker-2');
    expect(second).toMatchObject({ task_id: task, epoch: first.epoch + 1, recoveries: 1, taken_over: true });
  });
});

describe('the fence', () => {
  test('a worker that lost its lease writes nothing, however late it comes', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const first = await claim(service.deps);
    await expireLease(service.deps, task);
    const second = await claim(service.deps, 'worker-2');
    await note(fenceOf(second), 'of the new owner');
    await expect(note(fenceOf(first), 'late')).rejects.toThrow(LeaseLost);
    expect(await readLedger(service.deps.db, task)).toEqual([{ kind: 'run.failed', error: 'of the new owner' }]);
  });

  test('a transaction that holds the fence keeps the next claim waiting until it has committed', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const first = await claim(service.deps);
    await expireLease(service.deps, task);
    let locked = () => {};
    const isLocked = new Promise<void>((resolve) => {
      locked = resolve;
    });
    let release = () => {};
    const gate = new Promise<void>((resolve) => {
      release = resolve;
    });
    const facts: Facts = { entries: [{ kind: 'run.failed', error: 'first' }] };
    const writing = service.deps.db.transaction(async (tx) => {
      sendFacts(tx, [toRecordable(service.deps.outbox, fenceOf(first), facts)], locked);
      await gate;
    });
    await isLocked;
    // Its row is locked: a claim skips it rather than overtaking the write.
    expect(await claimRun(service.deps.db, 'worker-2')).toBeUndefined();
    release();
    await writing;
    const second = await claim(service.deps, 'worker-2');
    expect(second.epoch).toBe(first.epoch + 1);
    expect(await readLedger(service.deps.db, task)).toHaveLength(1);
  });

  test('ledger numbers are gap-free also when facts of one run are recorded side by side', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const run = await claim(service.deps);
    await Promise.all(Array.from({ length: 20 }, (_, index) => note(fenceOf(run), String(index))));
    const rows = await service.deps.db.query<{ no: number }>('select no from ledger where task_id = $1 order by no', [
      task,
    ]);
    expect(rows.map((row) => row.no)).toEqual(Array.from({ length: 20 }, (_, index) => index + 1));
  });
});

describe('the worker', () => {
  test('takes over a run whose worker died and goes on at its next step', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task, { until: 'step' });
    await executeRun(service.deps, await claim(service.deps), silentLogger, undisturbed());
    await service.deps.db.query(
      `update runs set state = 'running', until = 'end', holder = 'dead', lease_expires_at = clock_timestamp() where task_id = $1`,
      [task],
    );
    const worker = startRunWorker({
      db: service.deps.db,
      databaseUrl: service.database.url,
      logger: silentLogger,
      concurrency: 2,
      execute: (run, signals) => executeRun(service.deps, run, silentLogger, signals),
    });
    try {
      await eventually(async () => (await eventTypes(service.deps, task)).includes('run.completed'));
    } finally {
      await worker.close();
    }
    const begun = (await readLedger(service.deps.db, task)).filter((entry) => entry.kind === 'step.begun');
    expect(begun.map((entry) => [entry.step, entry.attempt])).toEqual([0, 1, 2].map((step) => [step, 1]));
    expect(await eventTypes(service.deps, task)).toContain('run.resumed');
  });

  test('a run that is taken over again and again without finishing a call fails with all kept', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    await service.deps.db.query(
      `update runs set state = 'running', recoveries = $2, lease_expires_at = clock_timestamp() - interval '1 second' where task_id = $1`,
      [task, MAX_RECOVERIES],
    );
    await executeRun(service.deps, await claim(service.deps), silentLogger, undisturbed());
    expect((await eventTypes(service.deps, task)).at(-1)).toBe('run.failed');
    const [row] = await service.deps.db.query<{ state: string }>('select state from runs where task_id = $1', [task]);
    expect(row?.state).toBe('ended');
  });
});

describe('a worker that closes', () => {
  test('hands its runs over between two calls: they are ready at once, and that is no recovery', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const [reached, answering] = [newGate(), newGate()];
    const { template } = service.deps.models;
    const slow: typeof template = {
      ...template,
      async answer(request) {
        reached.open();
        await answering.passed;
        return template.answer(request);
      },
    };
    const deps = { ...service.deps, models: { template: slow } };
    const worker = startRunWorker({
      db: service.deps.db,
      databaseUrl: service.database.url,
      logger: silentLogger,
      concurrency: 2,
      execute: (run, signals) => executeRun(deps, run, silentLogger, signals),
    });
    await reached.passed;
    const closing = worker.close();
    answering.open();
    await closing;
    // The answer in flight was waited for and is recorded: it is not asked for again.
    const kinds = (await readLedger(service.deps.db, task)).map((entry) => entry.kind);
    expect(kinds).toEqual(['model.intended', 'model.answered', 'plan.made']);
    expect(await claim(service.deps, 'next')).toMatchObject({ task_id: task, taken_over: true, recoveries: 0 });
  });

  test('does not wait longer than its grace time for a call in flight', async () => {
    await endAll();
    const task = newTask();
    await givenReadyRun(service.deps, task);
    const reached = newGate();
    const hung = {
      ...service.deps.models.template,
      async answer({ signal }: { signal: AbortSignal }): Promise<never> {
        const aborted = new Promise<never>((_resolve, reject) =>
          signal.addEventListener('abort', () => reject(signal.reason)),
        );
        reached.open();
        return aborted;
      },
    };
    const deps = { ...service.deps, models: { template: hung } };
    const worker = startRunWorker({
      db: service.deps.db,
      databaseUrl: service.database.url,
      logger: silentLogger,
      concurrency: 2,
      stopGraceMs: 20,
      execute: (run, signals) => executeRun(deps, run, silentLogger, signals),
    });
    await reached.passed;
    await worker.close();
    expect(await claim(service.deps, 'next')).toMatchObject({ task_id: task, taken_over: true });
  });
});
