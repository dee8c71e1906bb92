// Which events are committed and not published yet, as the relay reads them.
import type { Database } from './database.ts';
import type { OutboxRow } from './outbox.ts';
import { queryByIndex } from './query-by-index.ts';

export const BATCH = 500;

// Each row is looked up by its position: joined in any other way, all that was published within the last day might be read,
// since statistics of a table that is filled and emptied all the time are never right. What an older version has added comes
// before what has a higher position: nothing is read from there on until that is adopted (outbox-adoption.ts).
const WAITING = `select o.position, o.topic, o.key, o.no, o.event
  from outbox_waiting w cross join lateral (select * from outbox where position = w.position offset 0) o
  where not exists (select 1 from unnest($1::bigint[]) as published where published = w.position)
    and w.position < coalesce((select min(position) from outbox where sent_at is null), 9223372036854775807)
    and (o.topic, o.key) not in (select topic, key from outbox_keys where parked)
  order by w.position limit ${BATCH}`;

/**
 * Reads the next events in order, those of parked keys left out.
 * @param published positions that are not marked yet: they are left out too
 */
export async function readWaiting(db: Database, published: readonly number[]): Promise<OutboxRow[]> {
  return queryByIndex<OutboxRow>(db, WAITING, [published]);
}
