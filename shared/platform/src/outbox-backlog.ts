// How much a service has still to publish: shown by its health and its metrics.
import type { Database, Queryable } from './database.ts';
import type { Check } from './health.ts';
import type { Metrics } from './metrics.ts';

export type Backlog = { waiting: number; oldestSeconds: number; parkedKeys: number };

const WARNING_SECONDS = 10;
const COUNTED_AT_MOST = 100_000;

// What waits has a table of its own; so even a long backlog is counted in milliseconds, and no further than told.
const BACKLOG = `select
    (select count(*) from (select 1 from outbox_waiting limit ${COUNTED_AT_MOST}) w) as "waiting",
    coalesce((select extract(epoch from clock_timestamp() - created_at)::float8 from outbox
      where position = (select min(position) from outbox_waiting)), 0) as "oldestSeconds",
    (select count(*) from outbox_keys where parked) as "parkedKeys"`;

/** Counts up to 100,000 waiting events. */
export async function readBacklog(db: Queryable): Promise<Backlog> {
  const [row] = await db.query<Backlog>(BACKLOG);
  return row as Backlog;
}

/** A warning while the oldest event waits for more than 10 s, or while the bus has refused one for good. */
export function outboxCheck(db: Queryable): Check {
  return {
    name: 'outbox',
    async run() {
      const { waiting, oldestSeconds, parkedKeys } = await readBacklog(db);
      return {
        status: oldestSeconds > WARNING_SECONDS || parkedKeys > 0 ? 'warning' : 'healthy',
        waiting,
        oldest_seconds: Math.round(oldestSeconds * 10) / 10,
        parked_keys: parkedKeys,
      };
    },
  };
}

export function addOutboxMetrics(metrics: Metrics, db: Database): void {
  const gauge = (name: string, help: string, read: (backlog: Backlog) => number) =>
    metrics.gauge(name, help, async () => read(await readBacklog(db)));
  gauge('outbox_waiting', 'Events that are committed and not yet published.', ({ waiting }) => waiting);
  gauge('outbox_oldest_seconds', 'How long the oldest of them has waited.', ({ oldestSeconds }) => oldestSeconds);
  gauge('outbox_parked_keys', 'Keys whose next event the bus refuses for good.', ({ parkedKeys }) => parkedKeys);
}
