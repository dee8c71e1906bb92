// The transactional outbox: an event is committed together with what it tells of, and published afterwards.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { BusMessage } from './bus/bus.ts';
import type { Tx } from './database.ts';
import { type EnvelopeFields, toEnvelope } from './event-envelope.ts';

/** Larger content is stored by its owner and referenced (256 KiB: well under Kafka's default message size). */
export const MAX_EVENT_BYTES = 256 * 1024;

export type OutboxEntry<Data = unknown> = Omit<EnvelopeFields, 'key'> & { event: EventDefinition<Data>; data: Data };

/** An event as it is committed, with its place in the outbox and its number within its key. */
export type OutboxRow = { position: number; topic: string; key: string; no: number; event: string };

/** The message that the bus gets. The row's number goes into the envelope only now: it was not known before its key was locked. */
export const toMessage = ({ topic, key, no, event }: OutboxRow): BusMessage => ({
  topic,
  key,
  value: `${event.slice(0, -1)},"runseq":${no}}`,
});

/** An event that fits its schema and is small enough, ready to be stored. */
export type MadeEvent = { topic: string; key: string; id: string; event: string };

export type Outbox = {
  /**
   * Adds events of one key, in this order, to the transaction.
   * @throws Error when an event does not fit its schema or is larger than MAX_EVENT_BYTES; nothing is added then
   */
  add(tx: Tx, key: string, entries: OutboxEntry<never>[]): Promise<void>;
  /** For whoever stores them by a statement of its own, which numbers them as `add` does. @throws Error as `add` */
  make(key: string, entries: OutboxEntry<never>[]): MadeEvent[];
  /** What was stored by such a statement has committed. */
  tell(rows: OutboxRow[]): void;
  /** Calls back after each commit that added events, with them: the relay listens here and need not look for them. */
  onAdded(listener: (rows: OutboxRow[]) => void): void;
};

// The rows of the keys are locked before the numbers are taken, so the order of numbers is the order of commits: whoever reads
// number n has committed after n - 1. (A plain sequence would let a later number commit first.)
// What waits is a small table of its own: to mark an event as published removes a row there, and the row of the event with its
// indexes is written once (docs/adr/0040).
/**
 * For a statement that has in `told` the events that it adds, with topic, key, id, event, and their order as `ord`: `added`
 * has the id, position and number of each. The keys' last numbers are looked up by their rank: the planner takes both lists
 * for one row, and would compare each event with each key.
 */
export const ADD_TOLD = `numbered as (
    insert into outbox_keys (topic, key, last_no)
    select topic, key, count(*) from told group by topic, key order by topic, key
    on conflict (topic, key) do update set last_no = outbox_keys.last_no + excluded.last_no
    returning topic, key, last_no
  ), ranked as (
    select array_agg(last_no order by topic, key) as last_nos from numbered
  ), added as (
    insert into outbox (id, topic, key, no, event, sent_at)
    select t.id, t.topic, t.key,
      (select last_nos from ranked)[dense_rank() over (order by t.topic, t.key)]
        - count(*) over (partition by t.topic, t.key) + row_number() over (partition by t.topic, t.key order by t.ord),
      t.event, now()
    from told t order by t.ord
    returning id, position, no
  ), waiting as (
    insert into outbox_waiting (position) select position from added
  )`;

const ADD = `with told as (
    select * from unnest($1::text[], $2::text[], $3::uuid[], $4::text[]) with ordinality as e(topic, key, id, event, ord)
  ), ${ADD_TOLD}
  select id, position, no from added`;

/** Builds an outbox entry; keeps the data's type tied to the event's. */
export function entry<Data>(
  event: EventDefinition<Data>,
  data: Data,
  fields: Omit<EnvelopeFields, 'key'> = {},
): OutboxEntry<never> {
  return { event, data, ...fields } as unknown as OutboxEntry<never>;
}

/** @param source the publishing service's name */
export function newOutbox(source: string): Outbox {
  // What a transaction adds one after the other is one statement.
  const gathered = new WeakMap<Tx, MadeEvent[]>();
  const listeners: ((rows: OutboxRow[]) => void)[] = [];
  // All are made before the first is stored: a faulty one leaves nothing behind.
  const make = (key: string, entries: OutboxEntry<never>[]) => entries.map((item) => toMade(source, item, key));
  const tell = (rows: OutboxRow[]) => {
    for (const listener of listeners) listener(rows);
  };
  return {
    make,
    tell,
    async add(tx, key, entries) {
      const made = make(key, entries);
      const waiting = gathered.get(tx);
      if (waiting) {
        waiting.push(...made);
        return;
      }
      gathered.set(tx, made);
      const added: OutboxRow[] = [];
      tx.gather(() => {
        gathered.delete(tx);
        sendAll(tx, made, (rows) => added.push(...rows));
      });
      tx.afterCommit(() => tell(added));
    },
    onAdded(listener) {
      listeners.push(listener);
    },
  };
}

function sendAll(tx: Tx, made: readonly MadeEvent[], take: (rows: OutboxRow[]) => void): void {
  const byId = new Map(made.map((item) => [item.id, item]));
  const values = [
    made.map(({ topic }) => topic),
    made.map(({ key }) => key),
    made.map(({ id }) => id),
    made.map(({ event }) => event),
  ];
  tx.send<{ id: string; position: number; no: number }>(ADD, values, (rows) => {
    rows.sort((a, b) => a.position - b.position);
    take(
      rows.map(({ id, position, no }) => {
        const { topic, key, event } = byId.get(id) as MadeEvent;
        return { position, topic, key, no, event };
      }),
    );
  });
}

function toMade(source: string, item: OutboxEntry<never>, key: string): MadeEvent {
  const envelope = toEnvelope(source, item.event, item.data, { ...item, key });
  const event = JSON.stringify(envelope);
  const bytes = Buffer.byteLength(event);
  if (bytes > MAX_EVENT_BYTES) throw new Error(`${envelope.type} has ${bytes} bytes; ${MAX_EVENT_BYTES} are allowed.`);
  return { topic: item.event.topic, key, id: envelope.id, event };
}
