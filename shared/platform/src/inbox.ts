// Applies events to a service's database, each exactly once, in order per key; what cannot be applied becomes a dead
// letter and parks its key alone.
import type { CloudEvent, EventDefinition } from '@builder-ai/contracts/event';
import { type ConsumerName, consumers } from '@builder-ai/contracts/topics';
import { type AheadOfBus, newAheadOfBus } from './ahead/ahead-of-bus.ts';
import type { ToldEvents } from './ahead/told-events.ts';
import { applyEvent, attempt, readEvent } from './apply-event.ts';
import { applyNext, applyRun, applyTogether, readRun } from './apply-runs.ts';
import type { Bus, BusMessage, Subscription, TogetherHandler } from './bus/bus.ts';
import type { Database, Tx } from './database.ts';
import { type ConsumerKey, enterEvent, hold, type Identified, lockKey, moveTo, parkBehind } from './dead-letters.ts';
import { parseEnvelope } from './event-envelope.ts';
import { applyHeld, DEAD_LETTER, startHeldSweep } from './held-events.ts';
import type { Logger } from './logger.ts';
import type { Metrics } from './metrics.ts';

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
  /**
   * Which events may share a transaction with events of other keys that wait: those whose handlers take little time and
   * lock nothing but what belongs to their own key. Without it, each key has transactions of its own.
   */
  mayShare?: (event: CloudEvent<Record<string, unknown>>) => boolean;
  /** Where publishers tell of their events before the bus brings them. Not together with `mayShare`. */
  told?: ToldEvents | undefined;
  metrics?: Metrics;
};

/** So many held messages are applied at once by a delivery, which the bus waits for; the sweep applies the rest. */
const HELD_PER_DELIVERY = 100;

/** Starts consuming the service's topics. */
export async function startInbox<Deps>(options: InboxOptions<Deps>): Promise<Subscription> {
  const settled = options.metrics?.counter('events_settled_total', 'Events taken from the bus and settled.', ['topic']);
  const { bus, name, mayShare, told } = options;
  const fromBus = (message: BusMessage, behind: readonly BusMessage[]) => applyMessages(options, message, behind);
  const aheadOfBus = told && hearAhead(options, told, fromBus);
  const settle = async (message: BusMessage, behind: readonly BusMessage[]) => {
    const taken = await (aheadOfBus?.settle ?? fromBus)(message, behind);
    settled?.inc({ topic: message.topic }, taken);
    return taken;
  };
  const settleTogether: TogetherHandler = async (bursts) => {
    const taken = await applyTogether(options, bursts);
    for (const [index, [message, ...behind]] of bursts.entries())
      if (message && taken[index]) settled?.inc({ topic: message.topic }, 1 + behind.length);
    return taken;
  };
  const subscription = await bus.subscribe(name, consumers[name], settle, mayShare && settleTogether);
  const sweep = startHeldSweep(options);
  return {
    async close() {
      await aheadOfBus?.close();
      await Promise.all([subscription.close(), sweep.close()]);
    },
  };
}

/**
 * Applies a message and, where they are plainly the next ones, those behind it in the same transaction: one commit for
 * what came in a burst. Where one of them is rejected, each gets a transaction of its own, which shows which it is.
 * @returns how many are settled
 * @throws only faults of the infrastructure: the bus delivers them again
 */
export async function applyMessages<Deps>(
  options: InboxOptions<Deps>,
  message: BusMessage,
  behind: readonly BusMessage[],
): Promise<number> {
  const run = behind.length > 0 ? readRun([message, ...behind]) : undefined;
  if (run && (await applyRun(options, run))) return run.events.length;
  await applyMessage(options, message);
  return 1;
}

/**
 * Applies one message; resolves when it is settled (applied, duplicate, held or dead) and may be acknowledged.
 * @throws only faults of the infrastructure: the bus delivers the message again
 */
export async function applyMessage<Deps>(options: InboxOptions<Deps>, message: BusMessage): Promise<void> {
  const at = { consumer: options.name, topic: message.topic, key: message.key };
  let othersWait = false;
  const rejection = await attempt(async () => {
    const event = readEvent(message.value);
    const { runseq: firstNo } = event;
    othersWait = false;
    if (firstNo !== undefined && (await applyNext(options, { ...message, events: [event], firstNo }))) return;
    othersWait = await options.db.transaction((tx) => applyInOrder(options, tx, at, message, event));
  });
  if (rejection) {
    const { error, attempts } = rejection;
    options.logger.error(DEAD_LETTER, { key: message.key, topic: message.topic, attempts, error });
    await options.db.transaction((tx) => parkBehind(tx, at, message, identify(message), rejection));
    return;
  }
  if (!othersWait) return;
  let left = HELD_PER_DELIVERY;
  await applyHeld(options, at, () => left-- > 0);
}

/** The event as far as the message shows it. */
function identify(message: BusMessage): Identified {
  try {
    const { id, type, runseq } = parseEnvelope(message.value);
    return { eventId: id, eventType: type, no: runseq ?? null };
  } catch {
    return { eventId: null, eventType: null, no: null };
  }
}

/** @returns whether messages are held that may be due after this one */
async function applyInOrder<Deps>(
  options: InboxOptions<Deps>,
  tx: Tx,
  at: ConsumerKey,
  message: BusMessage,
  event: CloudEvent<Record<string, unknown>>,
): Promise<boolean> {
  const no = event.runseq ?? null;
  const key = await lockKey(tx, at);
  const othersWait = key.held > 0 && !key.parked;
  const isNew = await enterEvent(tx, at.consumer, event.id);
  if (!isNew || (no !== null && no <= key.lastNo)) return othersWait;
  // An event without a number has its place behind all that came before it.
  const isNext = no === null ? key.held === 0 : no === key.lastNo + 1;
  if (key.parked || !isNext) {
    const reason = key.parked ? 'behind a dead letter' : 'after a gap';
    await hold(tx, at, message, { eventId: event.id, eventType: event.type, no }, reason);
    return othersWait;
  }
  await applyEvent(options, tx, event, message.topic);
  await moveTo(tx, at, no);
  return othersWait;
}

function hearAhead<Deps>(options: InboxOptions<Deps>, told: ToldEvents, settle: AheadOfBus['settle']): AheadOfBus {
  const ahead = options.metrics?.counter(
    'events_applied_ahead_total',
    'Events that were told of, and applied before the bus brought them.',
    ['topic'],
  );
  const aheadOfBus = newAheadOfBus({
    settle,
    async apply(run) {
      const applied = await applyRun(options, run);
      if (applied) ahead?.inc({ topic: run.topic }, run.events.length);
      return applied;
    },
    logger: options.logger,
  });
  told.hear(aheadOfBus);
  return aheadOfBus;
}
