// What has done its duty is removed, and nothing else, however many replicas there are.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { acquireLease } from '../src/lease.ts';
import { silentLogger } from '../src/logger.ts';
import { type EventArchive, type Retention, startRetention } from '../src/retention.ts';
import { createEffects, deliver, effectsOf, inboxOf, lettersOf } from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { toMessage } from './given-events.ts';

let given: GivenDatabase;
let started: Retention[];

const settings = { OUTBOX_RETENTION_HOURS: 24, INBOX_RETENTION_HOURS: 192, KAFKA_TOPIC_RETENTION_HOURS: 168 };

beforeEach(async () => {
  given = await givenDatabase();
  started = [];
});

afterEach(async () => {
  await Promise.all(started.map((retention) => retention.close()));
  await given.close();
});

function start(told: unknown[] = [], archive?: EventArchive): void {
  const logger = { ...silentLogger, info: (_message: string, fields: unknown) => void told.push(fields) };
  const timing = { firstMs: 1, everyMs: 10 };
  started.push(startRetention({ db: given.replica(), logger, settings, timing, ...(archive && { archive }) }));
}

const HOURS_AGO = `now() - h * interval '1 hour'`;

const INSERTS: [table: string, column: string, insert: string][] = [
  [
    'outbox',
    'sent_at',
    `insert into outbox (id, topic, key, no, event, sent_at)
     select gen_random_uuid(), 't', 'k', row_number() over (), '{}', ${HOURS_AGO} from unnest($1::float8[]) h`,
  ],
  [
    'inbox',
    'received_at',
    `insert into inbox (consumer, event_id, received_at)
     select 'c', gen_random_uuid()::text, ${HOURS_AGO} from unnest($1::float8[]) h`,
  ],
  [
    'dead_letters',
    'settled_at',
    `insert into dead_letters (consumer, topic, key, state, reason, attempts, message, settled_at)
     select 'c', 't', 'k', 'replayed', 'r', 1, 'm', ${HOURS_AGO} from unnest($1::float8[]) h`,
  ],
  [
    'idempotency_keys',
    'created_at',
    `insert into idempotency_keys (owner_id, operation, key, body_hash, result, created_at)
     select 'o', 'p', gen_random_uuid()::text, 'h', '{}', ${HOURS_AGO} from unnest($1::float8[]) h`,
  ],
];

const LIMITS: Record<string, number> = { outbox: 24, inbox: 192, dead_letters: 720, idempotency_keys: 168 };

async function count(table: string): Promise<number> {
  const [row] = await given.db.query<{ n: number }>(`select count(*) as n from ${table}`);
  return row?.n ?? 0;
}

describe.each(INSERTS)('%s', (table, column, insert) => {
  const limit = LIMITS[table] as number;

  test(`rows older than ${limit} hours go, in more than one batch, younger ones stay`, async () => {
    await given.db.query(insert, [[...Array(2_100).fill(limit + 0.1), limit - 0.1, 0]]);
    const told: unknown[] = [];
    start(told);
    await eventually(async () => (await count(table)) === 2);
    await eventually(() => told.length > 0);
    expect(told).toEqual([{ table, removed: 2_100 }]);
    const [row] = await given.db.query<{ oldest: number }>(
      `select extract(epoch from now() - min(${column}))::float8 / 3600 as oldest from ${table}`,
    );
    expect(row?.oldest).toBeCloseTo(limit - 0.1, 1);
  });
});

test('events of a topic that is archived are moved, all others are removed', async () => {
  await given.db.query('create table kept_events (key text, no bigint, event text, created_at timestamptz)');
  const sent = `select gen_random_uuid(), topic, 'k', n, 'event ' || n, now() - hours * interval '1 hour'
    from generate_series(1, 1200) n, unnest(array['archived', 'other']) topic, unnest(array[$1::int]) hours`;
  await given.db.query(`insert into outbox (id, topic, key, no, event, sent_at) ${sent}`, [25]);
  await given.db.query(
    `insert into outbox (id, topic, key, no, event, sent_at) values (gen_random_uuid(), 'archived', 'k', 1201, '{}', now())`,
  );
  const archive = { topic: 'archived', table: 'kept_events' };
  started.push(
    startRetention({
      db: given.replica(),
      logger: silentLogger,
      settings,
      archive,
      timing: { firstMs: 1, everyMs: 10 },
    }),
  );
  await eventually(async () => (await count('outbox')) === 1);
  const kept = await given.db.query<{ no: number; event: string }>(
    'select no::int, event from kept_events where created_at is not null order by no',
  );
  expect(kept).toEqual(Array.from({ length: 1_200 }, (_, n) => ({ no: n + 1, event: `event ${n + 1}` })));
});

test.each([undefined, { topic: 't', table: 'kept_events' }])(
  'an event that is not published stays, however old, and those behind it go (archive: %j)',
  async (archive) => {
    await given.db.query('create table kept_events (key text, no bigint, event text, created_at timestamptz)');
    await given.db.query(
      `insert into outbox (id, topic, key, no, event, sent_at)
       select gen_random_uuid(), 't', 'k', n, '{}', now() - interval '1000 hours' + n * interval '1 second'
       from generate_series(1, 2400) n`,
    );
    // More than a batch of them, and the oldest.
    await given.db.query('insert into outbox_waiting select position from outbox where no <= 1200');
    start([], archive);
    await eventually(async () => (await count('outbox')) <= 1_200);
    await eventually(async () => (await given.db.query(`select 1 from leases where expires_at < now()`)).length === 1);
    expect(await given.db.query('select min(no) as first, max(no) as last, count(*) as n from outbox')).toEqual([
      { first: 1, last: 1_200, n: 1_200 },
    ]);
    expect(await count('kept_events')).toBe(archive ? 1_200 : 0);
  },
);

test('what is still to be done stays, however old it is', async () => {
  const old = `now() - interval '1000 days'`;
  await given.db.query(
    `insert into outbox (id, topic, key, no, event, created_at) select gen_random_uuid(), 't', 'k', 1, '{}', ${old}`,
  );
  await given.db.query(
    `insert into dead_letters (consumer, topic, key, state, reason, attempts, message, created_at)
     select 'c', 't', 'k', state, 'r', 1, 'm', ${old} from unnest(array['dead', 'held', 'unpublishable']) state`,
  );
  await given.db.query(`insert into outbox_keys values ('t', 'k', 1)`);
  await given.db.query(`insert into inbox_keys (consumer, topic, key, last_no) values ('c', 't', 'k', 1)`);
  await given.db.query(INSERTS[3]?.[2] ?? '', [[1_000]]);
  start();
  await eventually(async () => (await count('idempotency_keys')) === 0);
  const tables = ['outbox', 'dead_letters', 'outbox_keys', 'inbox_keys'];
  expect(await Promise.all(tables.map(count))).toEqual([1, 3, 1, 1]);
});

test('an event that comes again after it was forgotten has an older number, and no second effect', async () => {
  await createEffects(given.db);
  const messages = [1, 2].map((n) => toMessage('again', n, { n }));
  await deliver(inboxOf(given.db), ...messages);
  await given.db.query(`update inbox set received_at = now() - interval '1000 hours'`);
  start();
  await eventually(async () => (await count('inbox')) === 0);
  await deliver(inboxOf(given.db), ...messages, toMessage('again', 3, { n: 3 }));
  expect([await effectsOf(given.db, 'again'), await lettersOf(given.db, 'again')]).toEqual([[1, 2, 3], []]);
});

test('while another replica is at it, nothing is removed; afterwards it is', async () => {
  await given.db.query(INSERTS[1]?.[2] ?? '', [[1_000]]);
  await acquireLease(given.db, 'retention', 'another');
  await given.db.query(`update leases set expires_at = now() + interval '1 hour'`);
  let asked = 0;
  const db = given.replica();
  const query: typeof db.query = (sql, values) => {
    asked += 1;
    return db.query(sql, values);
  };
  started.push(
    startRetention({ db: { ...db, query }, logger: silentLogger, settings, timing: { firstMs: 1, everyMs: 1 } }),
  );
  await eventually(() => asked > 3);
  expect(await count('inbox')).toBe(1);
  await given.db.query(`update leases set expires_at = now() - interval '1 hour'`);
  await eventually(async () => (await count('inbox')) === 0);
});

test('close does not wait for the next time', async () => {
  const retention = startRetention({ db: given.db, logger: silentLogger, settings });
  await retention.close();
});
