// Events that the bus refuses for good: their key is parked until an operator lets it try again or gives the event up.
import type { Database, Tx } from './database.ts';
import { toReason } from './dead-letters.ts';
import { DISCARDED } from './event-envelope.ts';

export const RELAY_LEASE = 'outbox-relay';

/** A condition on `o`, a row of the outbox: it is not published. One that a version before this one added has no other sign. */
export const STILL_WAITS =
  '(o.sent_at is null or exists (select 1 from outbox_waiting w where w.position = o.position))';

/** Whose dead letters these are: no consumer's, but the publisher's. */
export const OUTBOX = 'outbox';

// One statement, and only by the relay that leads: one that was paused must not park what others have dealt with.
const PARK = `with refused as (
    select id, topic, key, no, event from outbox
    where position = $1 and exists (select 1 from outbox_waiting where position = $1)
      and exists (select 1 from leases where name = $2 and epoch = $3)
  ), parked as (
    update outbox_keys k set parked = true from refused r where k.topic = r.topic and k.key = r.key and not k.parked
    returning k.topic
  )
  insert into dead_letters (consumer, topic, key, event_id, event_type, no, state, reason, attempts, message)
  select $4, r.topic, r.key, r.id, $5, r.no, 'unpublishable', $6, 1, r.event from refused r, parked`;

/** Parks the key of an outbox row: nothing of it is published any more, everything else is. */
export async function parkOutboxKey(
  db: Database,
  row: { position: number; event: string },
  epoch: number,
  reason: string,
): Promise<void> {
  const { type } = JSON.parse(row.event) as { type: string };
  await db.query(PARK, [row.position, RELAY_LEASE, epoch, OUTBOX, type, toReason(reason)]);
}

/** Lets the relay go on with a key. */
export async function unparkOutboxKey(tx: Tx, topic: string, key: string): Promise<void> {
  await tx.query('update outbox_keys set parked = false where topic = $1 and key = $2', [topic, key]);
}

/**
 * Gives an event up: what is published in its place has its id and number and says nothing. Without it the consumers
 * would wait for that number for ever.
 */
export async function discardOutboxEvent(tx: Tx, eventId: string): Promise<void> {
  const [row] = await tx.query<{ event: string }>(`select o.event from outbox o where o.id = $1 and ${STILL_WAITS}`, [
    eventId,
  ]);
  if (!row) return;
  const { seq: _seq, dataschema: _schema, ...envelope } = JSON.parse(row.event);
  const event = JSON.stringify({ ...envelope, type: DISCARDED, data: {} });
  await tx.query('update outbox set event = $2 where id = $1', [eventId, event]);
}
