// What the relay reads is what waits, however much has been published, and whatever is known of the table's size.
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../src/database.ts';
import { acquireLease } from '../src/lease.ts';
import { silentLogger } from '../src/logger.ts';
import { newOutboxAdoption } from '../src/outbox-adoption.ts';
import { RELAY_LEASE } from '../src/outbox-parking.ts';
import { readWaiting } from '../src/outbox-waiting.ts';
import { type GivenRelay, givenRelay } from './given-relay.ts';

let given: GivenRelay;
/** One connection, which keeps its plans. */
let db: Database;

beforeEach(async () => {
  given = await givenRelay();
  db = openDatabase({ url: given.url, name: 'test', logger: silentLogger, max: 1 });
  // Adoption is tried as well, by the relay that leads.
  expect(await acquireLease(db, RELAY_LEASE, 'this')).toBe(1);
  await db.query('alter table outbox set (autovacuum_enabled = false)');
  await db.query('alter table outbox_waiting set (autovacuum_enabled = false)');
});

afterEach(async () => {
  await db.close();
  await given.close();
});

const addSent = (key: string, count: number) =>
  db.query(
    `insert into outbox (id, topic, key, no, event, sent_at)
     select gen_random_uuid(), 'agent.events', $1, n, repeat('x', 300), now() from generate_series(1, $2::int) n`,
    [key, count],
  );

/** How many rows of the outbox have been looked at by this connection. */
async function looked(): Promise<number> {
  await db.query('select pg_stat_force_next_flush()');
  const [row] = await db.query<{ n: number }>(
    `select t.seq_tup_read + sum(i.idx_tup_read) as n from pg_stat_user_tables t join pg_stat_user_indexes i using (relid)
     where t.relname = 'outbox' group by t.seq_tup_read`,
  );
  return Number(row?.n);
}

async function readOften(): Promise<void> {
  // PostgreSQL keeps a plan after the fifth time.
  for (let turn = 0; turn < 8; turn += 1) {
    await readWaiting(db, [1]);
    await newOutboxAdoption(db).adopt(1);
  }
}

test('two that wait are found among 50,000 by a plan that was made when there were few', async () => {
  await addSent('first', 60);
  await db.query('analyze outbox, outbox_waiting');
  await readOften();
  await addSent('later', 50_000);
  await given.commit('a', 1, 2);
  const before = await looked();
  const found = await readWaiting(db, [1]);
  await newOutboxAdoption(db).adopt(1);
  expect(found.map(({ key, no }) => [key, no])).toEqual([
    ['a', 1],
    ['a', 2],
  ]);
  expect((await looked()) - before).toBeLessThan(50);
});

test('two that wait are found among 50,000 when nearly all waited, or had been added by a version before, as far as is known', async () => {
  await addSent('a', 50_000);
  await db.query('insert into outbox_waiting select position from outbox where no > 2');
  await db.query('update outbox set sent_at = null');
  await db.query('analyze outbox, outbox_waiting');
  await db.query('update outbox set sent_at = now()');
  await db.query('delete from outbox_waiting where position < (select max(position) - 1 from outbox)');
  await readOften();
  const before = await looked();
  const found = await readWaiting(db, [1]);
  expect(found.map(({ no }) => no)).toEqual([49_999, 50_000]);
  expect((await looked()) - before).toBeLessThan(50);
});
