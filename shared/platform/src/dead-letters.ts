// What a consumer keeps about each key: how far it is, and the messages that are dead or wait behind one.
import { createHash } from 'node:crypto';
import type { BusMessage } from './bus/bus.ts';
import type { Tx } from './database.ts';

export type LockedKey = { duplicate: boolean; lastNo: number; parked: boolean; held: number };

export type MessageNumber = { eventId: string | null; no: number | null };

// The key's row is locked first, then the event is entered: two deliveries of one key, even in two replicas, are applied
// one after the other, and the second sees what the first has left.
const LOCK_KEY = `insert into inbox_keys (consumer, topic, key) values ($1, $2, $3)
  on conflict (consumer, topic, key) do update set last_no = inbox_keys.last_no
  returning last_no, parked, held`;

const ENTER = `insert into inbox (consumer, event_id) values ($1, $2) on conflict do nothing returning 1`;

/** Locks the key until the transaction ends and enters the event's id: `duplicate` when it was there. */
export async function lockKey(tx: Tx, consumer: string, message: BusMessage, eventId: string): Promise<LockedKey> {
  const [row] = await tx.query<{ last_no: number; parked: boolean; held: number }>(LOCK_KEY, [
    consumer,
    message.topic,
    message.key,
  ]);
  const entered = await tx.query(ENTER, [consumer, eventId]);
  return {
    duplicate: entered.length === 0,
    lastNo: row?.last_no ?? 0,
    parked: row?.parked ?? false,
    held: row?.held ?? 0,
  };
}

/** Notes that the key is at number `no` now (null: an event without a number leaves it). */
export async function openKey(tx: Tx, consumer: string, message: BusMessage, no: number | null): Promise<void> {
  if (no === null) return;
  await tx.query(`update inbox_keys set last_no = $4 where consumer = $1 and topic = $2 and key = $3`, [
    consumer,
    message.topic,
    message.key,
    no,
  ]);
}

const KEEP = `insert into dead_letters (consumer, topic, key, event_id, no, state, reason, attempts, message)
  values ($1, $2, $3, $4, $5, $6, $7, $8, $9)`;

/** Keeps a message until the gap before it is filled or the dead letter before it is settled. */
export async function hold(
  tx: Tx,
  consumer: string,
  message: BusMessage,
  number: MessageNumber,
  reason: string,
): Promise<void> {
  const { topic, key, value } = message;
  await tx.query(KEEP, [consumer, topic, key, number.eventId, number.no, 'held', reason, 0, value]);
  await tx.query(`update inbox_keys set held = held + 1 where consumer = $1 and topic = $2 and key = $3`, [
    consumer,
    topic,
    key,
  ]);
}

/** Makes a message a dead letter and parks its key. A message that came twice is kept once. */
export async function parkBehind(
  tx: Tx,
  consumer: string,
  message: BusMessage,
  number: MessageNumber,
  reason: string,
  attempts: number,
): Promise<void> {
  const { topic, key, value } = message;
  const locked = await lockKey(tx, consumer, message, number.eventId ?? `unreadable:${topic}:${key}:${hashOf(value)}`);
  if (locked.duplicate) return;
  const state = locked.parked ? 'held' : 'dead';
  await tx.query(KEEP, [
    consumer,
    topic,
    key,
    number.eventId,
    number.no,
    state,
    toReason(reason),
    attempts,
    storable(value),
  ]);
  await tx.query(
    `update inbox_keys set parked = true, held = held + $4 where consumer = $1 and topic = $2 and key = $3`,
    [consumer, topic, key, locked.parked ? 1 : 0],
  );
}

/** Makes a held message the dead letter that parks its key. */
export async function declareDead(
  tx: Tx,
  consumer: string,
  message: BusMessage,
  no: number,
  reason: string,
): Promise<void> {
  const key = [consumer, message.topic, message.key];
  await tx.query(
    `update dead_letters set state = 'dead', reason = $5, attempts = 1
     where consumer = $1 and topic = $2 and key = $3 and state = 'held' and no = $4`,
    [...key, no, toReason(reason)],
  );
  await tx.query(
    'update inbox_keys set parked = true, held = held - 1 where consumer = $1 and topic = $2 and key = $3',
    key,
  );
}

/** The held message with the next number, taken out of the held ones; undefined when there is none. */
export async function takeNextHeld(
  tx: Tx,
  consumer: string,
  message: BusMessage,
  last: number,
): Promise<{ no: number | null; message: string } | undefined> {
  const [row] = await tx.query<{ no: number; message: string }>(
    `update dead_letters set state = 'replayed', settled_at = clock_timestamp()
     where id = (select id from dead_letters where consumer = $1 and topic = $2 and key = $3 and state = 'held' and no = $4 limit 1)
     returning no, message`,
    [consumer, message.topic, message.key, last + 1],
  );
  if (!row) return undefined;
  await tx.query(`update inbox_keys set held = held - 1 where consumer = $1 and topic = $2 and key = $3`, [
    consumer,
    message.topic,
    message.key,
  ]);
  return row;
}

/** PostgreSQL stores no NUL: a message that has one must not fail to become a dead letter, and come again for ever. */
const storable = (text: string) => text.replaceAll('\0', '\ufffd');

const MAX_REASON_LENGTH = 2_000;

const toReason = (text: string) => storable(text.slice(0, MAX_REASON_LENGTH));

const hashOf = (text: string) => createHash('sha256').update(text).digest('base64url');
