// Events of a run are applied to the task's row as this process has left it; whoever else changes it meanwhile is not overlooked.
import { logAdded } from '@builder-ai/contracts/events/log-added';
import { planCreated } from '@builder-ai/contracts/events/plan-created';
import { stepStarted } from '@builder-ai/contracts/events/step-started';
import { usageRecorded } from '@builder-ai/contracts/events/usage-recorded';
import type { Database } from '@builder-ai/platform/database';
import { applyMessages } from '@builder-ai/platform/inbox';
import { silentLogger } from '@builder-ai/platform/logger';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { eventConsumers } from '../src/consumers.ts';
import { findOutboxEvents, type GivenService, givenRunningTask, givenService } from './given-service.ts';

let service: GivenService;

beforeAll(async () => {
  service = await givenService();
});

afterAll(() => service.close());

const paid = (cost_micro_usd: number) => ({ ...usageRecorded.sample, cost_micro_usd });

const readRow = async (id: string) =>
  (
    await service.deps.db.query<{ seq: number; list_seq: number; spent: number; plan: { status: string }[] }>(
      'select seq, list_seq, spent_micro_usd as spent, plan from tasks where id = $1',
      [id],
    )
  )[0];

const expectGapFree = async (id: string) => {
  const events = await findOutboxEvents(service.deps.db, 'task.events', id);
  expect(events.map(({ no, seq }) => [no, seq])).toEqual(events.map((_, index) => [index + 1, index + 1]));
  expect(await service.deps.db.query('select 1 from dead_letters')).toEqual([]);
};

/** A database that says which statements its transactions wait for. */
function watched(db: Database): { db: Database; asked: string[] } {
  const asked: string[] = [];
  return {
    asked,
    db: {
      ...db,
      transaction: (work) =>
        db.transaction((tx) =>
          work({
            ...tx,
            query(sql, values) {
              asked.push(sql);
              return tx.query(sql, values);
            },
          }),
        ),
    },
  };
}

test('the first event of a run reads the row, those after it wait for nothing', async () => {
  const { id } = await givenRunningTask(service, ['one']);
  const { db, asked } = watched(service.deps.db);
  const deps = { ...service.deps, db };
  const inbox = { name: 'task-service' as const, bus: undefined as never, db, deps, logger: silentLogger };
  const { message } = service.agent;
  const apply = async (...[first, ...behind]: ReturnType<typeof message>[]) =>
    first && (await applyMessages({ ...inbox, consumers: eventConsumers }, first, behind));
  await apply(message(id, usageRecorded, paid(1)));
  expect(asked).toEqual([expect.stringContaining('for no key update')]);
  await apply(
    message(id, usageRecorded, paid(2)),
    message(id, stepStarted, { step: 0, description: 'one', agent: 'template', attempt: 1 }),
    message(id, logAdded, { level: 'info', agent: null, step: 0, message: 'a line' }),
  );
  expect(asked).toHaveLength(1);
  const row = await readRow(id);
  expect(row).toMatchObject({ spent: 3, plan: [{ status: 'in_progress' }] });
  expect(row?.list_seq).toBe((row?.seq ?? 0) - 1);
  await expectGapFree(id);
});

test('what another replica applies in between is there, and no number is taken twice', async () => {
  const other = await service.replica();
  const { id } = await givenRunningTask(service, ['one']);
  const { message } = service.agent;
  for (const cost of [1, 2, 3, 4]) {
    await service.agent.deliver(message(id, usageRecorded, paid(cost)));
    await other.agent.deliver(message(id, usageRecorded, paid(10 * cost)));
  }
  expect(await readRow(id)).toMatchObject({ spent: 110 });
  await expectGapFree(id);
});

test('a row that was changed without an entry is read again', async () => {
  const { id } = await givenRunningTask(service, ['one']);
  await service.agent.says(id, usageRecorded, paid(1));
  await service.deps.db.query('update tasks set spent_micro_usd = 100 where id = $1', [id]);
  await service.agent.says(id, usageRecorded, paid(1));
  expect(await readRow(id)).toMatchObject({ spent: 101 });
  await expectGapFree(id);
});

test('an event that is rejected leaves the row as it was, and the next task is not concerned', async () => {
  const { id } = await givenRunningTask(service, ['one']);
  await service.agent.says(id, usageRecorded, paid(1));
  const before = await readRow(id);
  await service.agent.says(id, stepStarted, { step: 7, description: 'none', agent: 'template', attempt: 1 });
  expect(await readRow(id)).toEqual(before);
  expect(await service.deps.db.query('select key from dead_letters')).toEqual([{ key: id }]);
  await service.deps.db.query('delete from dead_letters');
  const { id: next } = await givenRunningTask(service, ['one']);
  await service.agent.says(next, planCreated, {
    agent: 'template',
    source: 'template',
    steps: [{ description: 'new' }],
  });
  await expectGapFree(next);
});
