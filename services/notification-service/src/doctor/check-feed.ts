// The invariants of the feed: the entries of a task have no gap, and the feed's head is the last of them.
import type { Queryable } from '@builder-ai/platform/database';
import { type Finding, finder } from '@builder-ai/platform/doctor/finding';

export async function checkFeed(db: Queryable): Promise<Finding[]> {
  const found = finder('notification-service', 'feed-gap', true);
  const rows = await db.query<{ task_id: string; last_seq: number; n: number; last: number }>(
    // What was removed because it is old is no gap.
    `select feed_tasks.task_id, last_seq, count(feed.seq) as n, coalesce(max(feed.seq), 0) as last
     from feed_tasks left join feed on feed.task_id = feed_tasks.task_id
     group by feed_tasks.task_id, first_seq, last_seq
     having count(feed.seq) <> last_seq - first_seq + 1 or coalesce(max(feed.seq), first_seq - 1) <> last_seq`,
  );
  return rows.map(({ task_id, last_seq, n, last }) =>
    found(task_id, `the feed is at ${last_seq}; it has ${n} entries up to ${last}`),
  );
}

/** How far the feed of each task is. */
export async function readFeedHeads(db: Queryable): Promise<Map<string, number>> {
  const rows = await db.query<{ task_id: string; last_seq: number }>('select task_id, last_seq from feed_tasks');
  return new Map(rows.map(({ task_id, last_seq }) => [task_id, last_seq]));
}
