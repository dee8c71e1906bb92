// Events as they were added, and marked, by a version that did not have the table of what waits.
import type { Database } from '../src/database.ts';
import { noted, toMessage } from './given-events.ts';

const ADD_AS_BEFORE = `with numbered as (
    insert into outbox_keys (topic, key, last_no) values ($1, $2, 1)
    on conflict (topic, key) do update set last_no = outbox_keys.last_no + 1 returning last_no
  )
  insert into outbox (id, topic, key, no, event) select $3, $1, $2, last_no, $4 from numbered`;

/** Adds events of one key, each in a transaction of its own. */
export async function addAsBefore(db: Database, key: string, ...numbers: number[]): Promise<void> {
  for (const n of numbers) {
    const event = toMessage(key, undefined, { n }).value;
    await db.query(ADD_AS_BEFORE, [noted.topic, key, JSON.parse(event).id, event]);
  }
}
