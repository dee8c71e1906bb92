// Publishes committed outbox rows: one active relay a service, in order per key, until the bus has acknowledged them.
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from './bus/bus.ts';
import type { Database } from './database.ts';
import { acquireLease, LEASE_RENEW_MS, releaseLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { newId } from './new-id.ts';
import type { Outbox } from './outbox.ts';

export type OutboxRelay = {
  /** Publishes what is committed now, then stops. */
  close(): Promise<void>;
};

export type OutboxRelayOptions = { db: Database; bus: Bus; outbox: Outbox; logger: Logger };

type Row = { position: number; topic: string; key: string; no: number; event: string };

const LEASE = 'outbox-relay';
const BATCH = 500;
const POLL_MS = { busy: 5, idle: 200 };
const RETRY_MS = { first: 100, most: 5_000 };

const UNSENT = `select position, topic, key, no, event from outbox where sent_at is null order by position limit ${BATCH}`;

// A relay that was paused past its lease finds a higher epoch and marks nothing: the new one publishes those rows again,
// and the consumers' inboxes forgive it.
const MARK_SENT = `update outbox set sent_at = clock_timestamp()
  where position = any($1::bigint[]) and exists (select 1 from leases where name = $2 and epoch = $3)
  returning position`;

/** Starts the relay: woken by commits of this process, and by polling for those of others. */
export function startOutboxRelay({ db, bus, outbox, logger }: OutboxRelayOptions): OutboxRelay {
  const holder = newId();
  const stop = new AbortController();
  let wake = () => {};
  let woken = false;
  let closing = false;
  let epoch: number | undefined;
  let leaseUntil = 0;
  outbox.onAdded(() => {
    woken = true;
    wake();
  });

  async function pause(ms: number): Promise<void> {
    if (woken || closing) return;
    const timer = new AbortController();
    await Promise.race([
      delay(ms, undefined, { signal: timer.signal }).catch(() => {}),
      new Promise<void>((resolve) => {
        wake = resolve;
      }),
    ]);
    timer.abort();
  }

  /** @returns how many rows were published */
  async function publishBatch(): Promise<number> {
    if (performance.now() > leaseUntil) {
      epoch = await acquireLease(db, LEASE, holder);
      leaseUntil = performance.now() + LEASE_RENEW_MS;
    }
    if (epoch === undefined) return 0;
    const rows = await db.query<Row>(UNSENT);
    if (rows.length === 0) return 0;
    await bus.publish(rows.map((row) => ({ topic: row.topic, key: row.key, value: withNumber(row) })));
    const marked = await db.query(MARK_SENT, [rows.map((row) => row.position), LEASE, epoch]);
    // The lease is gone, so ask for it before anything is published again.
    if (marked.length < rows.length) leaseUntil = 0;
    return rows.length;
  }

  async function loop(): Promise<void> {
    let idle = POLL_MS.busy;
    let retry = RETRY_MS.first;
    for (;;) {
      try {
        woken = false;
        const published = await publishBatch();
        retry = RETRY_MS.first;
        if (published === 0 && closing) return;
        idle = published > 0 ? POLL_MS.busy : Math.min(idle * 2, POLL_MS.idle);
        if (published < BATCH) await pause(idle);
      } catch (error) {
        if (closing) return;
        logger.warn('The outbox waits: the bus or the database does not answer', { error });
        leaseUntil = 0;
        await delay(retry, undefined, { signal: stop.signal }).catch(() => {});
        retry = Math.min(retry * 2, RETRY_MS.most);
      }
    }
  }

  const running = loop();
  return {
    async close() {
      closing = true;
      stop.abort();
      wake();
      await running;
      await releaseLease(db, LEASE, holder).catch(() => {});
    },
  };
}

/** The row's number goes into the envelope only now: it was not known before its key was locked. */
function withNumber(row: Row): string {
  return `${row.event.slice(0, -1)},"runseq":${row.no}}`;
}
