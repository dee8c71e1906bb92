// Applies events to a service's database, each exactly once, in order per key; what cannot be applied becomes a dead
// letter and parks its key alone.
import type { CloudEvent, EventDefinition } from '@builder-ai/contracts/event';
import { type ConsumerName, consumers } from '@builder-ai/contracts/topics';
import type { Bus, BusMessage, Subscription } from './bus/bus.ts';
import type { Database, Tx } from './database.ts';
import { declareDead, hold, type LockedKey, lockKey, openKey, parkBehind, takeNextHeld } from './dead-letters.ts';
import { parseEnvelope } from './event-envelope.ts';
import type { Logger } from './logger.ts';
import { isDatabaseAway } from './problem.ts';
import { withContext } from './request-context.ts';

export type EventContext<Deps, Data> = { deps: Deps; tx: Tx; event: CloudEvent<Data>; data: Data };

export type EventConsumer<Deps> = {
  type: string;
  definition: EventDefinition<never>;
  handle(context: EventContext<Deps, never>): Promise<void>;
};

/** Declares what a service does with one event. Runs inside the transaction that records the event as applied. */
export function onEvent<Deps, Data>(
  definition: EventDefinition<Data>,
  handle: (context: EventContext<Deps, Data>) => Promise<void>,
): EventConsumer<Deps> {
  return { type: definition.type, definition, handle } as unknown as EventConsumer<Deps>;
}

export type InboxOptions<Deps> = {
  name: ConsumerName;
  bus: Bus;
  db: Database;
  deps: Deps;
  logger: Logger;
  consumers: readonly EventConsumer<Deps>[];
  /** For events that no consumer is listed for; without it they are acknowledged and ignored (tolerant reader). */
  otherwise?: (context: EventContext<Deps, Record<string, unknown>>) => Promise<void>;
};

/** How often a handler that rejects an event is tried before the event becomes a dead letter. */
const MAX_ATTEMPTS = 3;

const DEAD_LETTER = 'An event became a dead letter and parks its key';

class Rejected extends Error {}

/** Starts consuming the service's topics. */
export function startInbox<Deps>(options: InboxOptions<Deps>): Promise<Subscription> {
  return options.bus.subscribe(options.name, consumers[options.name], (message) => applyMessage(options, message));
}

/**
 * Applies one message; resolves when it is settled (applied, duplicate, held or dead) and may be acknowledged.
 * @throws only faults of the infrastructure: the bus delivers the message again
 */
export async function applyMessage<Deps>(options: InboxOptions<Deps>, message: BusMessage): Promise<void> {
  let reason: unknown;
  let attempts = 0;
  while (attempts < MAX_ATTEMPTS) {
    attempts += 1;
    try {
      await options.db.transaction((tx) => applyInOrder(options, tx, message));
      return;
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      reason = error;
      if (error instanceof Rejected) break;
    }
  }
  const text = reason instanceof Error ? reason.message : String(reason);
  options.logger.error(DEAD_LETTER, {
    key: message.key,
    topic: message.topic,
    attempts,
    error: reason,
  });
  await options.db.transaction((tx) => parkBehind(tx, options.name, message, identify(message), text, attempts));
}

/** The event's id and number as far as the message shows them. */
function identify(message: BusMessage): { eventId: string | null; no: number | null } {
  try {
    const { id, runseq } = parseEnvelope(message.value);
    return { eventId: id, no: runseq ?? null };
  } catch {
    return { eventId: null, no: null };
  }
}

async function applyInOrder<Deps>(options: InboxOptions<Deps>, tx: Tx, message: BusMessage): Promise<void> {
  const event = orReject(() => parseEnvelope(message.value));
  const key = await lockKey(tx, options.name, message, event.id);
  if (key.duplicate) return;
  const no = event.runseq ?? null;
  if (no !== null && no <= key.lastNo) return;
  const gap = no !== null && no !== key.lastNo + 1;
  if (key.parked || gap) {
    await hold(
      tx,
      options.name,
      message,
      { eventId: event.id, no },
      key.parked ? 'behind a dead letter' : 'after a gap',
    );
    return;
  }
  await apply(options, tx, event, message.topic);
  await openKey(tx, options.name, message, no);
  if (key.held > 0) await applyHeld(options, tx, message, key, no);
}

/**
 * After the missing event has come, those that were held behind the gap follow in the same transaction. One of them that
 * cannot be applied becomes a dead letter itself: the event that filled the gap is good and stays applied.
 */
async function applyHeld<Deps>(
  options: InboxOptions<Deps>,
  tx: Tx,
  message: BusMessage,
  key: LockedKey,
  no: number | null,
): Promise<void> {
  for (let last = no ?? key.lastNo; ; last += 1) {
    await tx.query('savepoint held');
    const held = await takeNextHeld(tx, options.name, message, last);
    if (!held) return;
    try {
      const event = orReject(() => parseEnvelope(held.message));
      await apply(options, tx, event, message.topic);
      await openKey(tx, options.name, message, last + 1);
    } catch (error) {
      if (isDatabaseAway(error)) throw error;
      await tx.query('rollback to savepoint held');
      const reason = error instanceof Error ? error.message : String(error);
      options.logger.error(DEAD_LETTER, { key: message.key, topic: message.topic, attempts: 1, error });
      await declareDead(tx, options.name, message, last + 1, reason);
      return;
    }
  }
}

async function apply<Deps>(
  options: InboxOptions<Deps>,
  tx: Tx,
  event: CloudEvent<Record<string, unknown>>,
  topic: string,
): Promise<void> {
  const consumer = options.consumers.find((item) => item.type === event.type && item.definition.topic === topic);
  const context = {
    request_id: event.id,
    task_id: event.subject,
    ...(event.traceparent && { traceparent: event.traceparent }),
  };
  await withContext(context, async () => {
    if (!consumer) {
      await options.otherwise?.({ deps: options.deps, tx, event, data: event.data });
      return;
    }
    const { error } = consumer.definition.schema.validate(event.data, { convert: false });
    if (error) throw new Rejected(`${event.type} does not fit its schema: ${error.message}`);
    await consumer.handle({ deps: options.deps, tx, event: event as never, data: event.data as never });
  });
}

function orReject<T>(work: () => T): T {
  try {
    return work();
  } catch (error) {
    throw new Rejected((error as Error).message);
  }
}
