// Every query on the feed.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Queryable, Tx } from '@builder-ai/platform/database';

/** What PostgreSQL's integer holds: a cursor beyond it is beyond every feed's end. */
export const MAX_SEQ = 2_147_483_647;

type OwnedEvent = TaskEvent & { ownerId: string };

const gathered = new WeakMap<Tx, OwnedEvent[]>();

// Tasks in their order: two transactions that have some in common do not wait for each other crosswise.
const APPEND = `with t as (
    insert into feed_tasks (task_id, owner_id, last_seq)
    select * from unnest($1::text[], $2::text[], $3::int[]) order by 1
    on conflict (task_id) do update set last_seq = greatest(feed_tasks.last_seq, excluded.last_seq)
    where feed_tasks.deleted_at is null
    returning task_id
  )
  insert into feed (task_id, seq, event_id, event_type, timestamp, data)
  select e.* from unnest($4::text[], $5::int[], $6::text[], $7::text[], $8::timestamptz[], $9::json[])
    as e(task_id, seq, event_id, event_type, timestamp, data)
  where e.task_id in (select task_id from t)
  on conflict (event_id) do nothing`;

/**
 * An entry that a rebuild has put in before its event came is the same entry. Those that a transaction takes in one after
 * the other are one statement, of however many tasks. To a deleted task nothing is added.
 */
export function appendToFeed(tx: Tx, event: TaskEvent, ownerId: string): void {
  const waiting = gathered.get(tx);
  if (waiting) {
    waiting.push({ ...event, ownerId });
    return;
  }
  const events = [{ ...event, ownerId }];
  gathered.set(tx, events);
  tx.gather(() => {
    gathered.delete(tx);
    const tasks = [...Map.groupBy(events, ({ task_id }) => task_id)];
    tx.send(APPEND, [
      tasks.map(([id]) => id),
      tasks.map(([, [first]]) => first?.ownerId),
      tasks.map(([, entries]) => Math.max(...entries.map(({ seq }) => seq))),
      events.map(({ task_id }) => task_id),
      events.map(({ seq }) => seq),
      events.map(({ id }) => id),
      events.map(({ event_type }) => event_type),
      events.map(({ timestamp }) => timestamp),
      events.map(({ data }) => JSON.stringify(data)),
    ]);
  });
}

/** All entries of a deleted task go but the one that says so; there is no other after it. */
export async function buryFeed(tx: Tx, { task_id, seq, id, ...entry }: TaskEvent, ownerId: string): Promise<void> {
  await tx.query('delete from feed where task_id = $1', [task_id]);
  await tx.query(
    `insert into feed_tasks (task_id, owner_id, last_seq, first_seq, deleted_at) values ($1, $2, $3, $3, $4)
     on conflict (task_id) do update set last_seq = $3, first_seq = $3, deleted_at = $4`,
    [task_id, ownerId, seq, entry.timestamp],
  );
  await tx.query(
    'insert into feed (task_id, seq, event_id, event_type, timestamp, data) values ($1, $2, $3, $4, $5, $6)',
    [task_id, seq, id, entry.event_type, entry.timestamp, JSON.stringify(entry.data)],
  );
}

type FeedRow = {
  event_id: string;
  seq: number;
  event_type: string;
  task_id: string;
  timestamp: Date;
  data: Record<string, unknown>;
};

/** The entries after a seq, in order, `limit` at most. A seq beyond the end is legal and gives none. */
export async function readFeed(db: Queryable, taskId: string, after: number, limit: number): Promise<TaskEvent[]> {
  const rows = await db.query<FeedRow>(
    'select event_id, seq, event_type, task_id, timestamp, data from feed where task_id = $1 and seq > $2 order by seq limit $3',
    [taskId, after, limit],
  );
  return rows.map(({ event_id, timestamp, ...row }) => ({ id: event_id, ...row, timestamp: timestamp.toISOString() }));
}

/** `first_seq` is the first entry that is kept. */
export type FeedTask = {
  task_id: string;
  owner_id: string;
  first_seq: number;
  last_seq: number;
  deleted_at: Date | null;
};

export async function findFeedTask(db: Queryable, taskId: string): Promise<FeedTask | undefined> {
  const [row] = await db.query<FeedTask>(
    'select task_id, owner_id, first_seq, last_seq, deleted_at from feed_tasks where task_id = $1',
    [taskId],
  );
  return row;
}

type LastSeq = Pick<FeedTask, 'task_id' | 'last_seq' | 'deleted_at'>;

/** How far the feeds of these tasks are. */
export async function readLastSeqs(db: Queryable, taskIds: string[]): Promise<LastSeq[]> {
  return db.query<LastSeq>('select task_id, last_seq, deleted_at from feed_tasks where task_id = any($1)', [taskIds]);
}
