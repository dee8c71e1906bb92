// Removes what is kept no longer: entries of the feed, notifications, deliveries. A little at a time, one replica at a time.
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from '@builder-ai/platform/database';
import { acquireLease, releaseLease } from '@builder-ai/platform/lease';
import type { Logger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';

export type KeptDays = { feed: number; notifications: number; deliveries: number };

const LEASE = 'remove-old';
const EVERY_MS = 600_000;
const BATCH = 1_000;

const older = (table: string, days: string) => `delete from ${table} where ctid = any(array(
  select ctid from ${table} where created_at < now() - ${days} * interval '1 day' limit ${BATCH})) returning 1`;

/** The head of a feed and its beginning change with its entries, so that nobody takes what is old for a gap. */
const OLD_ENTRIES = `with gone as (
    delete from feed where ctid = any(array(
      select ctid from feed where timestamp < now() - $1 * interval '1 day' limit ${BATCH})) returning task_id, seq
  ), begins as (
    select task_id, max(seq) + 1 as first_seq from gone group by task_id
  ), moved as (
    update feed_tasks set first_seq = greatest(feed_tasks.first_seq, begins.first_seq)
    from begins where begins.task_id = feed_tasks.task_id returning 1
  )
  select 1 from gone`;

/** Everything that is too old at this moment. */
export async function removeOld(db: Database, kept: KeptDays, mayGoOn: () => Promise<boolean>): Promise<number> {
  const steps: [sql: string, days: number][] = [
    [OLD_ENTRIES, kept.feed],
    [older('notifications', '$1'), kept.notifications],
    [older('webhook_deliveries', '$1'), kept.deliveries],
  ];
  let removed = 0;
  for (const [sql, days] of steps) {
    // 0: for ever.
    for (let batch = days > 0 ? BATCH : 0; batch === BATCH && (await mayGoOn()); removed += batch)
      batch = (await db.query(sql, [days])).length;
  }
  return removed;
}

export function startRemovingOld(db: Database, logger: Logger, kept: KeptDays): { close(): Promise<void> } {
  const holder = newId();
  const stop = new AbortController();
  const { signal } = stop;

  async function remove(): Promise<void> {
    const mayGoOn = async () => !signal.aborted && (await acquireLease(db, LEASE, holder)) !== undefined;
    const removed = await removeOld(db, kept, mayGoOn);
    if (removed > 0) logger.info('Old rows were removed', { removed });
    await releaseLease(db, LEASE, holder);
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      // Not all replicas at once.
      await delay(EVERY_MS * (0.9 + Math.random() * 0.2), undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await remove().catch((error: unknown) => logger.warn('Old rows stay for now', { error }));
    }
  }

  const running = loop();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
