// Publishes committed outbox rows: one active relay a service, in order per key, until the bus has acknowledged them.
import { setTimeout as delay } from 'node:timers/promises';
import type { Bus } from './bus/bus.ts';
import type { Database } from './database.ts';
import { newHandedRows } from './handed-rows.ts';
import { acquireLease, LEASE_RENEW_MS, releaseLease, renewLease } from './lease.ts';
import type { Logger } from './logger.ts';
import { type Outbox, type OutboxRow, toMessage } from './outbox.ts';
import { newOutboxAdoption, newRelayHolder } from './outbox-adoption.ts';
import { newOutboxMarks } from './outbox-marks.ts';
import { parkOutboxKey, RELAY_LEASE } from './outbox-parking.ts';
import { BATCH, readWaiting } from './outbox-waiting.ts';
import { PublishRejected } from './publish-rejected.ts';
import type { WakeChannel } from './redis/wake-channel.ts';

export type OutboxRelay = {
  /** Publishes what is committed now, then stops. */
  close(): Promise<void>;
};

export type OutboxRelayOptions = {
  db: Database;
  bus: Bus;
  outbox: Outbox;
  logger: Logger;
  /** Wakes the relays of other replicas; without it the one that leads finds their events when it looks next. */
  others?: Pick<WakeChannel, 'publish' | 'subscribe'> | undefined;
  /** Events that are told of beside the bus as well: they need not hurry. */
  isTold?: ((row: OutboxRow) => boolean) | undefined;
};

/** Brokers limit a batch as a whole (Kafka: 1 MiB by default). */
const BATCH_BYTES = 512 * 1024;
const POLL_MS = { busy: 20, idle: 200 };
/** What is told of beside the bus is applied meanwhile, by the processors that publishing needs; and more may come along. */
const LINGER_MS = 6;
const RETRY_MS = { first: 100, most: 5_000 };
/** A bus that is silent for longer has lost its client: let another relay try. */
const MAX_SILENCE_MS = 60_000;

/** Starts the relay: woken by commits of this process, and by polling for those of others. */
export function startOutboxRelay({ db, bus, outbox, logger, others, isTold }: OutboxRelayOptions): OutboxRelay {
  const holder = newRelayHolder();
  const stop = new AbortController();
  let wake = () => {};
  let woken = false;
  let closing = false;
  let epoch: number | undefined;
  let leaseUntil = 0;
  // The table may have rows that nobody has handed in; and when to look for such at the latest.
  let unseen = true;
  let lookAt = 0;
  let idle = POLL_MS.busy;
  const handed = newHandedRows();
  const adoption = newOutboxAdoption(db);
  const marks = newOutboxMarks({
    db,
    onLeaseLost() {
      leaseUntil = 0;
    },
    onError: (error) => logger.warn('Published events could not be marked yet', { error }),
  });
  const wakeUp = () => {
    woken = true;
    wake();
  };
  const wakeLeader = () => {
    // The relay that leads is another replica's.
    if (epoch === undefined) others?.publish();
    wakeUp();
  };
  outbox.onAdded((rows) => {
    if (epoch !== undefined) handed.hand(rows);
    if (isTold && rows.every(isTold)) setTimeout(wakeLeader, LINGER_MS);
    else wakeLeader();
  });
  others?.subscribe(() => {
    if (epoch === undefined) return;
    unseen = true;
    wakeUp();
  });

  async function pause(ms: number): Promise<void> {
    if (woken || closing || ms <= 0) return;
    // Not an AbortController: each abort makes an error with its stack, which here is after each event.
    const { promise, resolve } = Promise.withResolvers<void>();
    wake = resolve;
    const timer = setTimeout(resolve, ms);
    await promise;
    clearTimeout(timer);
  }

  async function lead(): Promise<number | undefined> {
    if (performance.now() <= leaseUntil) return epoch;
    const before = epoch;
    epoch = await acquireLease(db, RELAY_LEASE, holder);
    leaseUntil = performance.now() + LEASE_RENEW_MS;
    if (epoch === before) return epoch;
    handed.forget();
    unseen = true;
    return epoch;
  }

  /** What is to be published next: as this process has committed it, and now and then as the table has it. */
  async function findWaiting(): Promise<OutboxRow[]> {
    const known = handed.take();
    if (known && !unseen && performance.now() < lookAt) return known;
    unseen = false;
    const found = await readWaiting(db, marks.open());
    unseen ||= found.length === BATCH;
    idle = found.length > 0 ? POLL_MS.busy : Math.min(idle * 2, POLL_MS.idle);
    lookAt = performance.now() + idle;
    return found;
  }

  /** @returns whether there may be more to do at once */
  async function publishBatch(): Promise<boolean> {
    const mine = await lead();
    if (mine === undefined) {
      await adoption.handBack(closing);
      return false;
    }
    if (await adoption.adopt(mine)) unseen = true;
    const found = await findWaiting();
    const rows = upToBytes(found);
    unseen ||= rows.length < found.length;
    if (rows.length === 0) return false;
    const published = await whileKeepingLease(mine, publishOrPark(rows, mine));
    handed.published(published);
    marks.add(published, mine);
    return unseen;
  }

  /**
   * Publishes rows in order. When the bus refuses some for good, it halves them until it has found which: the key of
   * each is parked, and the others go on.
   * @returns the rows that were published
   */
  async function publishOrPark(rows: OutboxRow[], mine: number): Promise<OutboxRow[]> {
    const [first] = rows;
    if (!first) return [];
    try {
      await bus.publish(rows.map(toMessage));
      return rows;
    } catch (error) {
      if (!(error instanceof PublishRejected)) throw error;
      if (rows.length === 1) {
        logger.error('The bus refuses an event for good: its key is parked', {
          topic: first.topic,
          key: first.key,
          error,
        });
        await parkOutboxKey(db, first, mine, error.message);
        return [];
      }
    }
    const half = Math.ceil(rows.length / 2);
    const sooner = rows.slice(0, half);
    const published = await publishOrPark(sooner, mine);
    const parked = new Set(sooner.filter((row) => !published.includes(row)).map(nameOf));
    const later = rows.slice(half).filter((row) => !parked.has(nameOf(row)));
    return [...published, ...(await publishOrPark(later, mine))];
  }

  /**
   * A bus may need longer than a lease lasts. Were it not renewed, two relays would take it from each other in turn and
   * neither would ever mark anything. A paused process renews nothing and loses it, as it should.
   */
  async function whileKeepingLease<T>(mine: number, work: Promise<T>): Promise<T> {
    const until = performance.now() + MAX_SILENCE_MS;
    let renewal = Promise.resolve();
    const timer = setInterval(() => {
      if (performance.now() < until) renewal = renewLease(db, RELAY_LEASE, holder, mine).catch(() => {});
    }, LEASE_RENEW_MS);
    try {
      return await work;
    } finally {
      clearInterval(timer);
      await renewal;
    }
  }

  async function loop(): Promise<void> {
    let retry = RETRY_MS.first;
    for (;;) {
      const last = closing;
      unseen ||= last;
      woken = false;
      try {
        const more = await publishBatch();
        retry = RETRY_MS.first;
        if (last && !more) return;
        if (!more) await pause(epoch === undefined ? POLL_MS.idle : lookAt - performance.now());
      } catch (error) {
        if (closing) return;
        logger.warn('The outbox waits: the bus or the database does not answer', { error });
        leaseUntil = 0;
        unseen = true;
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
      await marks.settle();
      await releaseLease(db, RELAY_LEASE, holder).catch(() => {});
    },
  };
}

/** As many of the first rows as a batch may hold, and at least one. */
function upToBytes(rows: OutboxRow[]): OutboxRow[] {
  let bytes = 0;
  const end = rows.findIndex((row) => {
    bytes += Buffer.byteLength(row.event);
    return bytes > BATCH_BYTES;
  });
  return end === -1 ? rows : rows.slice(0, Math.max(end, 1));
}

const nameOf = (row: OutboxRow) => JSON.stringify([row.topic, row.key]);
