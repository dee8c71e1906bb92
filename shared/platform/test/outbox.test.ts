// An event is committed with what it tells of, or not at all, and the numbers of a key follow its commits.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Tx } from '../src/database.ts';
import { entry, MAX_EVENT_BYTES, newOutbox } from '../src/outbox.ts';
import { withContext } from '../src/request-context.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { commanded, noted } from './given-events.ts';

let given: GivenDatabase;
let outbox: ReturnType<typeof newOutbox>;
let wakes: number;

beforeAll(async () => {
  given = await givenDatabase();
  await given.db.query('create table commits (position bigserial, n int)');
  outbox = newOutbox('test-service');
  outbox.onAdded(() => {
    wakes += 1;
  });
  wakes = 0;
});

afterAll(() => given.close());

type Stored = { topic: string; no: number; event: { data: { n: number } } & Record<string, unknown> };

const stored = (key: string) =>
  given.db.query<Stored>('select topic, no, event::json as event from outbox where key = $1 order by position', [key]);

const add = (key: string, ...numbers: number[]) =>
  given.db.transaction((tx) =>
    outbox.add(
      tx,
      key,
      numbers.map((n) => entry(noted, { n })),
    ),
  );

test('what is rolled back is not published, wakes nobody and uses no number', async () => {
  const before = wakes;
  await expect(
    given.db.transaction(async (tx) => {
      await outbox.add(tx, 'rolled-back', [entry(noted, { n: 1 })]);
      expect(await tx.query(`select 1 from outbox where key = 'rolled-back'`)).toHaveLength(1);
      throw new Error('changed my mind');
    }),
  ).rejects.toThrow('changed my mind');
  expect([await stored('rolled-back'), wakes]).toEqual([[], before]);
  await add('rolled-back', 2);
  expect(await stored('rolled-back')).toMatchObject([{ no: 1, event: { data: { n: 2 } } }]);
});

test('what is committed is there once, as a CloudEvent, and wakes the relay once', async () => {
  const before = wakes;
  const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
  await withContext({ traceparent }, () =>
    given.db.transaction((tx) =>
      outbox.add(tx, 'committed', [entry(noted, { n: 1 }, { seq: 4, ownerId: 'somebody' }), entry(noted, { n: 2 })]),
    ),
  );
  const rows = await stored('committed');
  expect(rows.map(({ no, event }) => [no, event.data.n])).toEqual([
    [1, 1],
    [2, 2],
  ]);
  expect(rows[0]?.event).toEqual({
    specversion: '1.0',
    id: expect.stringMatching(/^[0-9a-f-]{36}$/),
    source: 'test-service',
    type: 'thing.noted',
    subject: 'committed',
    time: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/),
    datacontenttype: 'application/json',
    dataschema: 'urn:builder-ai:event:agent.events:thing.noted:1',
    traceparent,
    seq: 4,
    ownerid: 'somebody',
    data: { n: 1 },
  });
  expect(wakes).toBe(before + 1);
});

test('what a transaction adds one after the other has its numbers in that order, and is told of together', async () => {
  const told: number[][] = [];
  const telling = newOutbox('test-service');
  telling.onAdded((rows) => told.push(rows.map(({ no }) => no)));
  const addOne = (tx: Tx, n: number) => telling.add(tx, 'gathered', [entry(noted, { n })]);
  await given.db.transaction(async (tx) => {
    await addOne(tx, 1);
    await addOne(tx, 2);
    await tx.query('select 1');
    await addOne(tx, 3);
  });
  const rows = await stored('gathered');
  expect(rows.map(({ no, event }) => [no, event.data.n])).toEqual([
    [1, 1],
    [2, 2],
    [3, 3],
  ]);
  expect(told).toEqual([[1, 2], [3]]);
});

test('each topic of a key has its own numbers', async () => {
  await given.db.transaction((tx) =>
    outbox.add(tx, 'topics', [entry(noted, { n: 1 }), entry(commanded, { n: 2 }), entry(noted, { n: 3 })]),
  );
  const rows = await stored('topics');
  const numbersOf = (topic: string) => rows.filter((row) => row.topic === topic).map(({ no }) => no);
  expect([numbersOf('agent.events'), numbersOf('task.commands')]).toEqual([[1, 2], [1]]);
});

test('under 16 transactions at once a key has numbers without gaps, published in the order of the commits', async () => {
  await Promise.all(
    Array.from({ length: 16 }, async (_, writer) => {
      for (let turn = 0; turn < 10; turn += 1) {
        const n = writer * 10 + turn;
        const rollsBack = turn % 4 === 3;
        await given.db
          .transaction(async (tx) => {
            // Some do more than others before and after: whoever began first does not commit first.
            if (writer % 3 === 0) await tx.query('select 1');
            await outbox.add(tx, 'busy', [entry(noted, { n })]);
            if (writer % 2 === 0) await tx.query('select 1');
            // While the key is locked, so these positions are in the order of the commits.
            await tx.query('insert into commits (n) values ($1)', [n]);
            if (rollsBack) throw new Error('rolled back');
          })
          .catch((error: Error) => {
            if (error.message !== 'rolled back') throw error;
          });
      }
    }),
  );
  const rows = await stored('busy');
  const committed = await given.db.query<{ n: number }>('select n from commits order by position');
  expect(rows).toHaveLength(128);
  expect(rows.map(({ no }) => no)).toEqual(rows.map((_, index) => index + 1));
  expect(rows.map(({ event }) => event.data.n)).toEqual(committed.map(({ n }) => n));
});

test('a key waits for the transaction that has its number; other keys do not', async () => {
  const order: string[] = [];
  await given.db
    .transaction(async (tx) => {
      await outbox.add(tx, 'slow', [entry(noted, { n: 1 })]);
      // It is sent; when a later statement is answered it is done.
      await tx.query('select 1');
      const later = add('slow', 2).then(() => order.push('the same key'));
      await add('other', 1).then(() => order.push('another key'));
      await waiting(tx);
      order.push('commit');
      return { later };
    })
    .then(({ later }) => later);
  expect(order).toEqual(['another key', 'commit', 'the same key']);
});

/** Until somebody waits for a lock in this database. */
async function waiting(tx: Tx): Promise<void> {
  await eventually(async () => {
    await tx.query('select pg_stat_clear_snapshot()');
    const [row] = await tx.query<{ n: number }>(
      `select count(*) as n from pg_stat_activity where datname = current_database() and wait_event_type = 'Lock'`,
    );
    return row?.n !== 0;
  }, 5_000);
}

test('an event that does not fit its schema is refused, with all that were given with it', async () => {
  await given.db.transaction(async (tx) => {
    const bad = outbox.add(tx, 'unfit', [entry(noted, { n: 1 }), entry(commanded, { n: -1 })]);
    await expect(bad).rejects.toThrow(
      'thing.commanded does not fit its schema: "n" must be greater than or equal to 0',
    );
  });
  expect(await stored('unfit')).toEqual([]);
  await add('unfit', 5);
  expect(await stored('unfit')).toMatchObject([{ no: 1 }]);
});

test('an event of more than 256 KiB is refused, counted in bytes', async () => {
  const big = (length: number) => entry(noted, { n: 1, text: '€'.repeat(length) });
  const refused = given.db.transaction((tx) => outbox.add(tx, 'big', [big(MAX_EVENT_BYTES / 3)]));
  await expect(refused).rejects.toThrow(/^thing.noted has \d+ bytes; 262144 are allowed/);
  await given.db.transaction((tx) => outbox.add(tx, 'big', [big(MAX_EVENT_BYTES / 3 - 200)]));
  expect(await stored('big')).toHaveLength(1);
});
