// The invariants of outbox and inbox that hold in a service at rest: nothing waits to be published, nothing is parked.
import type { Queryable } from '@builder-ai/platform/database';
import { type Finding, finder } from '@builder-ai/platform/doctor/finding';

/** A row that waits longer than this has no relay that publishes it. */
const PATIENCE_SECONDS = 10;

export async function checkSpine(db: Queryable, service: string): Promise<Finding[]> {
  return [...(await checkOutbox(db, service)), ...(await checkInbox(db, service))];
}

async function checkOutbox(db: Queryable, service: string): Promise<Finding[]> {
  const found = finder(service, 'outbox');
  const rows = await db.query<{ topic: string; key: string; n: number; seconds: number }>(
    `select topic, key, count(*) as n, round(extract(epoch from clock_timestamp() - min(created_at)))::int as seconds
     from (select position from outbox_waiting union select position from outbox where sent_at is null) w
       join outbox using (position)
     group by topic, key
     having min(created_at) < clock_timestamp() - $1 * interval '1 second' order by topic, key`,
    [PATIENCE_SECONDS],
  );
  return rows.map(({ topic, key, n, seconds }) =>
    found(`${topic} ${key}`, `${n} events wait to be published, the oldest for ${seconds} s`),
  );
}

async function checkInbox(db: Queryable, service: string): Promise<Finding[]> {
  const found = finder(service, 'dead-letter');
  const rows = await db.query<{ id: number; topic: string; key: string; state: string; reason: string }>(
    `select id, topic, key, state, reason from dead_letters where state in ('dead', 'held', 'unpublishable') order by id`,
  );
  return rows.map(({ id, topic, key, state, reason }) =>
    found(`${topic} ${key}`, `letter ${id} is ${state}: ${reason}`),
  );
}
