// The usual case of what comes, in one statement: these events are the next ones of their keys.
import type { Tx } from './database.ts';
import { type ConsumerKey, namesOf } from './dead-letters.ts';
import { BY_INDEX } from './query-by-index.ts';

// The usual case in one statement: these are the next ones, nothing is parked or held, and none has come before. Two
// deliveries at the same time: the second waits for the row, and finds the number gone. Where it is not the usual case
// nothing has moved, and an event of no consumer is what the table refuses: whatever was sent behind it fails as well.
const ADVANCE = `with moved as (
    insert into inbox_keys (consumer, topic, key, last_no)
    select $1, $2, $3, $5::bigint
    where ($4::bigint = 1 or exists (select 1 from inbox_keys where consumer = $1 and topic = $2 and key = $3))
      and not exists (select 1 from inbox where consumer = $1 and event_id = any($6::text[]))
    on conflict (consumer, topic, key) do update set last_no = $5::bigint
      where inbox_keys.last_no = $4::bigint - 1 and not inbox_keys.parked and inbox_keys.held = 0
    returning consumer
  )
  insert into inbox (consumer, event_id) select (select consumer from moved), e.id from unnest($6::text[]) as e(id)`;

/**
 * Enters events with consecutive numbers as ones that have come and locks their key until the transaction ends. Nobody
 * waits for it: unless all of them are to be applied now, in this order, the transaction fails with `isNotNext`.
 */
export function advance(tx: Tx, at: ConsumerKey, eventIds: string[], firstNo: number): void {
  tx.send(ADVANCE, [...namesOf(at), firstNo, firstNo + eventIds.length - 1, eventIds]);
}

const NOT_NULL_VIOLATION = '23502';

/** Whether a transaction failed because its events are not the next ones of their key; nothing is changed then. */
export function isNotNext(error: unknown): boolean {
  const { code, table, column } = (error ?? {}) as { code?: unknown; table?: unknown; column?: unknown };
  return code === NOT_NULL_VIOLATION && table === 'inbox' && column === 'consumer';
}

/** Events of one key with consecutive numbers. */
export type NextEvents = { topic: string; key: string; firstNo: number; eventIds: readonly string[] };

// The same for several keys, but whatever is not the next of its key is left out, as is a key that somebody else has
// locked: no key is kept waiting by another one. Keys are begun in their order, so that two replicas that begin the same
// ones do not wait for each other crosswise. An event that has come before under another number makes all of them fail.
// Rows are looked up one by one: a plan that was made for a small table, and is kept, must not read a large one.
const ADVANCE_ALL = `with k as materialized (
    select * from unnest($2::text[], $3::text[], $4::bigint[], $5::bigint[])
      with ordinality as k(topic, key, first_no, last_no, ord)
  ), due as materialized (
    select x.at, k.topic, k.key, k.last_no from k cross join lateral (
      select ctid as at from inbox_keys
      where consumer = $1 and topic = k.topic and key = k.key and last_no = k.first_no - 1 and not parked and held = 0
      for no key update skip locked
    ) x where k.first_no > 1
  ), moved as (
    update inbox_keys set last_no = due.last_no from due where inbox_keys.ctid = due.at
    returning inbox_keys.topic, inbox_keys.key
  ), begun as (
    insert into inbox_keys (consumer, topic, key, last_no)
    select $1, topic, key, last_no from k where first_no = 1 order by topic, key
    on conflict do nothing
    returning topic, key
  ), taken as (
    select k.ord from k join (select * from moved union all select * from begun) t using (topic, key)
  ), entered as (
    insert into inbox (consumer, event_id)
    select $1, e.id from unnest($6::int[], $7::text[]) as e(ord, id) where e.ord in (select ord from taken)
  )
  select ord from taken`;

/** So long a statement of such a transaction waits for a lock: its other keys are not to wait with it. */
const LOCK_TIMEOUT_MS = 100;

/**
 * Moves several keys on, each by the events that are its next ones, enters these and locks the keys until the transaction
 * ends.
 * @returns of each whether it was moved: of the others nothing is changed
 */
export async function advanceAll(tx: Tx, consumer: string, all: readonly NextEvents[]): Promise<boolean[]> {
  tx.send(`${BY_INDEX}; set local lock_timeout = ${LOCK_TIMEOUT_MS}`);
  const moved = await tx.query<{ ord: number }>(ADVANCE_ALL, [
    consumer,
    all.map(({ topic }) => topic),
    all.map(({ key }) => key),
    all.map(({ firstNo }) => firstNo),
    all.map(({ firstNo, eventIds }) => firstNo + eventIds.length - 1),
    all.flatMap(({ eventIds }, index) => eventIds.map(() => index + 1)),
    all.flatMap(({ eventIds }) => eventIds),
  ]);
  const found = new Set(moved.map(({ ord }) => ord));
  return all.map((_, index) => found.has(index + 1));
}
