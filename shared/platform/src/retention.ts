// Removes what the spine's tables need no longer, a little at a time, beside everything else.
import { setTimeout as delay } from 'node:timers/promises';
import type { RetentionSettings } from './config.ts';
import type { Database } from './database.ts';
import { acquireLease, releaseLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { newId } from './new-id.ts';

export type Retention = { close(): Promise<void> };

export type RetentionOptions = {
  db: Database;
  logger: Logger;
  settings: RetentionSettings;
  /** Sent events that are still needed: they are moved instead of removed. */
  archive?: EventArchive;
  /** For tests. */
  timing?: { firstMs: number; everyMs: number };
};

/**
 * Events of `topic` go to `table`, which has their `key`, `no`, `event` and `created_at`; `unless` is a condition in SQL on `gone`,
 * their rows, for those that nobody needs any more.
 */
export type EventArchive = { topic: string; table: string; unless?: string };

const TIMING = { firstMs: 60_000, everyMs: 600_000 };
const BATCH = 1_000;
const LEASE = 'retention';
const DEAD_LETTER_HOURS = 30 * 24;
const IDEMPOTENCY_KEY_HOURS = 7 * 24;

// The rows of outbox_keys and inbox_keys stay for ever: they carry the numbers of keys that may still be in use, and by
// them an event that comes again after its inbox row has gone is still known as an old one.
const removal = (table: string, column: string, { unless = 'false', returning = '1' } = {}) =>
  `delete from ${table} where ctid = any(array(
     select ctid from ${table} t where ${column} < now() - $1 * interval '1 hour' and not (${unless})
     order by ${column} limit ${BATCH}))
   returning ${returning}`;

// An event's sent_at is when it was added: what is not published yet stays, however old it is.
const sentEvents = (returning?: string) =>
  removal('outbox', 'sent_at', {
    unless: 'exists (select 1 from outbox_waiting w where w.position = t.position)',
    ...(returning && { returning }),
  });

// One statement, so that an event is always in one of the two tables, and whoever reads both at once finds it.
const move = ({ topic, table, unless = 'false' }: EventArchive) =>
  `with gone as (${sentEvents('topic, key, no, event, created_at')}),
     kept as (
       insert into ${table} (key, no, event, created_at) select key, no, event, created_at from gone
       where topic = '${topic}' and not (${unless})
       on conflict do nothing
     )
   select 1 from gone`;

type Removal = { table: string; sql: string; hours: number };

const removalsOf = (settings: RetentionSettings, archive: EventArchive | undefined): Removal[] => [
  {
    table: 'outbox',
    sql: archive ? move(archive) : sentEvents(),
    hours: settings.OUTBOX_RETENTION_HOURS,
  },
  { table: 'inbox', sql: removal('inbox', 'received_at'), hours: settings.INBOX_RETENTION_HOURS },
  { table: 'dead_letters', sql: removal('dead_letters', 'settled_at'), hours: DEAD_LETTER_HOURS },
  { table: 'idempotency_keys', sql: removal('idempotency_keys', 'created_at'), hours: IDEMPOTENCY_KEY_HOURS },
];

/**
 * Every ten minutes removes what is old: sent events, inbox rows, settled dead letters (30 days), idempotency keys
 * (7 days). One replica at a time does it, each batch in a statement of its own.
 */
export function startRetention({ db, logger, settings, archive, timing = TIMING }: RetentionOptions): Retention {
  const holder = newId();
  const removals = removalsOf(settings, archive);
  const stop = new AbortController();
  const { signal } = stop;

  async function removeOld(): Promise<void> {
    for (const { table, sql, hours } of removals) {
      let removed = 0;
      let batch = BATCH;
      while (batch === BATCH && !signal.aborted) {
        if ((await acquireLease(db, LEASE, holder)) === undefined) return;
        batch = (await db.query(sql, [hours])).length;
        removed += batch;
      }
      if (removed > 0) logger.info('Old rows were removed', { table, removed });
    }
    await releaseLease(db, LEASE, holder);
  }

  async function loop(): Promise<void> {
    // Not all replicas at once.
    let pauseMs = timing.firstMs * (1 + Math.random());
    while (!signal.aborted) {
      await delay(pauseMs, undefined, { signal }).catch(() => {});
      if (signal.aborted) return;
      await removeOld().catch((error: unknown) => logger.warn('Old rows stay for now', { error }));
      pauseMs = timing.everyMs * (0.9 + Math.random() * 0.2);
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
