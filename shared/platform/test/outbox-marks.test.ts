// What was published waits no longer, and only the relay that leads may say so.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Database } from '../src/database.ts';
import { acquireLease } from '../src/lease.ts';
import type { OutboxRow } from '../src/outbox.ts';
import { newOutboxMarks, type OutboxMarks } from '../src/outbox-marks.ts';
import { RELAY_LEASE } from '../src/outbox-parking.ts';
import { readWaiting } from '../src/outbox-waiting.ts';
import { type GivenRelay, givenRelay } from './given-relay.ts';

let given: GivenRelay;
let rows: OutboxRow[];
let epoch: number;
let lost: number;
let errors: unknown[];
let started: OutboxMarks[];

beforeEach(async () => {
  given = await givenRelay();
  await given.commit('a', 1, 2, 3);
  rows = await readWaiting(given.db, []);
  epoch = (await acquireLease(given.db, RELAY_LEASE, 'this')) as number;
  lost = 0;
  errors = [];
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((marks) => marks.settle()));
  await given.close();
});

function marksBy(db: Database) {
  const onLeaseLost = () => {
    lost += 1;
  };
  const marks = newOutboxMarks({ db, onLeaseLost, onError: (error) => void errors.push(error) });
  started.push(marks);
  return marks;
}

test('the rows that are marked wait no longer, and are in the outbox still', async () => {
  const marks = marksBy(given.db);
  marks.add(rows.slice(0, 2), epoch);
  await marks.settle();
  expect(await readWaiting(given.db, [])).toEqual(rows.slice(2));
  expect(await given.db.query('select no from outbox order by no')).toEqual([{ no: 1 }, { no: 2 }, { no: 3 }]);
  expect([lost, errors]).toEqual([0, []]);
});

test('a mark that has committed and whose answer was lost is made again, and the lease is kept', async () => {
  let answers = 0;
  const db: Database = {
    ...given.db,
    async transaction(work) {
      const answer = await given.db.transaction(work);
      answers += 1;
      if (answers === 1) throw Object.assign(new Error('read ECONNRESET'), { code: 'ECONNRESET' });
      return answer;
    },
  };
  const marks = marksBy(db);
  marks.add(rows, epoch);
  await eventually(() => marks.open().length === 0);
  await marks.settle();
  expect(await given.unsent()).toBe(0);
  expect([answers, errors.length, lost]).toEqual([2, 1, 0]);
});

test('under an epoch that has passed nothing is marked, and the relay hears of it', async () => {
  await given.db.query('update leases set epoch = epoch + 1');
  const marks = marksBy(given.db);
  marks.add(rows, epoch);
  await marks.settle();
  expect([await given.unsent(), lost]).toEqual([3, 1]);
});
