// What a consumer keeps about each key: how far it is, and the messages that are dead or wait behind one.
import { createHash } from 'node:crypto';
import type { BusMessage } from './bus/bus.ts';
import type { Tx } from './database.ts';

export type ConsumerKey = { consumer: string; topic: string; key: string };

export type KeyState = { lastNo: number; parked: boolean; held: number };

/** A message's event, as far as the message shows it. */
export type Identified = { eventId: string | null; eventType: string | null; no: number | null };

export type HeldMessage = { id: number; no: number | null; message: string };

type KeyRow = { last_no: number; parked: boolean; held: number };

const toState = (row: KeyRow): KeyState => ({ lastNo: row.last_no, parked: row.parked, held: row.held });

export const namesOf = ({ consumer, topic, key }: ConsumerKey) => [consumer, topic, key];

// The key's row is locked before anything else: two deliveries of one key, even in two replicas, are applied one after
// the other, and the second sees what the first has left.
const LOCK_KEY = `insert into inbox_keys (consumer, topic, key) values ($1, $2, $3)
  on conflict (consumer, topic, key) do update set last_no = inbox_keys.last_no
  returning last_no, parked, held`;

/** Locks the key until the transaction ends. */
export async function lockKey(tx: Tx, at: ConsumerKey): Promise<KeyState> {
  const rows = await tx.query<KeyRow>(LOCK_KEY, namesOf(at));
  return toState(rows[0] as KeyRow);
}

/** Enters an event as one that has come. @returns false when it was there already */
export async function enterEvent(tx: Tx, consumer: string, eventId: string): Promise<boolean> {
  const rows = await tx.query(
    'insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1',
    [consumer, eventId],
  );
  return rows.length > 0;
}

/** Notes that the key is at number `no` now; never back (null: an event without a number leaves it). */
export async function moveTo(tx: Tx, at: ConsumerKey, no: number | null): Promise<void> {
  if (no === null) return;
  await tx.query(
    `update inbox_keys set last_no = greatest(last_no, $4) where consumer = $1 and topic = $2 and key = $3`,
    [...namesOf(at), no],
  );
}

const KEEP = `insert into dead_letters (consumer, topic, key, event_id, event_type, no, state, reason, attempts, message)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`;

const CHANGE_KEY = `update inbox_keys set parked = parked or $4, held = held + $5
  where consumer = $1 and topic = $2 and key = $3`;

/** Keeps a message until the gap before it is filled or the dead letter before it is settled. */
export async function hold(
  tx: Tx,
  at: ConsumerKey,
  message: BusMessage,
  event: Identified,
  reason: string,
): Promise<void> {
  const { eventId, eventType, no } = event;
  await tx.query(KEEP, [...namesOf(at), eventId, eventType, no, 'held', reason, 0, message.value]);
  await tx.query(CHANGE_KEY, [...namesOf(at), false, 1]);
}

/** Makes a message a dead letter and parks its key. A message that came twice is kept once. */
export async function parkBehind(
  tx: Tx,
  at: ConsumerKey,
  message: BusMessage,
  event: Identified,
  { reason, attempts }: { reason: string; attempts: number },
): Promise<void> {
  const { parked } = await lockKey(tx, at);
  const { eventId, eventType, no } = event;
  const unreadable = `unreadable:${at.topic}:${at.key}:${hashOf(message.value)}`;
  if (!(await enterEvent(tx, at.consumer, eventId ?? unreadable))) return;
  await tx.query(KEEP, [
    ...namesOf(at),
    eventId,
    eventType && storable(eventType),
    no,
    parked ? 'held' : 'dead',
    toReason(reason),
    attempts,
    storable(message.value),
  ]);
  await tx.query(CHANGE_KEY, [...namesOf(at), true, parked ? 1 : 0]);
}

/** Makes a held message the dead letter that parks its key, unless somebody has settled it meanwhile. */
export async function declareDead(
  tx: Tx,
  at: ConsumerKey,
  id: number,
  { reason, attempts }: { reason: string; attempts: number },
): Promise<void> {
  await lockKey(tx, at);
  const changed = await tx.query(
    `update dead_letters set state = 'dead', reason = $2, attempts = $3 where id = $1 and state = 'held' returning 1`,
    [id, toReason(reason), attempts],
  );
  if (changed.length > 0) await tx.query(CHANGE_KEY, [...namesOf(at), true, -1]);
}

// Of those that nothing is missing before any more, the one that came first. Each half is one look into an index.
const NEXT_HELD = `select id, no, message from (
    (select id, no, message from dead_letters
     where consumer = $1 and topic = $2 and key = $3 and state = 'held' and no <= $4 order by no limit 1)
    union all
    (select id, no, message from dead_letters
     where consumer = $1 and topic = $2 and key = $3 and state = 'held' and no is null order by id limit 1)
  ) due order by id limit 1`;

/** Takes the next held message that is due out of the held ones; the key is locked. Undefined when there is none. */
export async function takeNextHeld(tx: Tx, at: ConsumerKey, lastNo: number): Promise<HeldMessage | undefined> {
  const [row] = await tx.query<HeldMessage>(NEXT_HELD, [...namesOf(at), lastNo + 1]);
  if (!row) return undefined;
  await settle(tx, row.id, 'replayed');
  await tx.query(CHANGE_KEY, [...namesOf(at), false, -1]);
  return row;
}

/** @returns false when somebody has settled it before */
export async function settle(tx: Tx, id: number, state: 'replayed' | 'discarded'): Promise<boolean> {
  const settled = await tx.query(
    `update dead_letters set state = $2, settled_at = clock_timestamp() where id = $1 and settled_at is null returning 1`,
    [id, state],
  );
  return settled.length > 0;
}

/** The key's next message may be applied again. */
export async function unpark(tx: Tx, at: ConsumerKey): Promise<void> {
  await tx.query('update inbox_keys set parked = false where consumer = $1 and topic = $2 and key = $3', namesOf(at));
}

/** The lowest number that is held for a key. */
export async function findFirstHeldNo(tx: Tx, at: ConsumerKey): Promise<number | undefined> {
  const [row] = await tx.query<{ no: number }>(
    `select no from dead_letters
     where consumer = $1 and topic = $2 and key = $3 and state = 'held' and no is not null order by no limit 1`,
    namesOf(at),
  );
  return row?.no;
}

/** Keys of a consumer with held messages that are due, `limit` at most: whoever was to apply them has died. */
export function findDueKeys(tx: Pick<Tx, 'query'>, consumer: string, limit: number): Promise<ConsumerKey[]> {
  return tx.query<ConsumerKey>(
    `select consumer, topic, key from inbox_keys k
     where consumer = $1 and held > 0 and not parked and exists (
       select 1 from dead_letters d where d.consumer = k.consumer and d.topic = k.topic and d.key = k.key
       and d.state = 'held' and (d.no is null or d.no <= k.last_no + 1))
     limit $2`,
    [consumer, limit],
  );
}

/** PostgreSQL stores no NUL: a message that has one must not fail to become a dead letter, and come again for ever. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd');

const MAX_REASON_LENGTH = 2_000;

/** What is kept of a reason. */
export const toReason = (text: string): string => storable(text.slice(0, MAX_REASON_LENGTH));

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
