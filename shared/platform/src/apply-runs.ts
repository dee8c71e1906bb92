// Applies what came in a burst in one transaction: events of one key, or of several. Whatever is not as usual is left to
// whoever applies messages one by one.
import type { CloudEvent } from '@builder-ai/contracts/event';
import { advance, advanceAll, isNotNext } from './advance-keys.ts';
import { applyEvent } from './apply-event.ts';
import type { BusMessage } from './bus/bus.ts';
import { parseEnvelope } from './event-envelope.ts';
import type { InboxOptions } from './inbox.ts';
import { isInfrastructureFault } from './problem.ts';

/** Events of one key, each with the number after the one before it. */
export type Run = { topic: string; key: string; events: CloudEvent<Record<string, unknown>>[]; firstNo: number };

/** The events of messages of one key, when each has the number after the one before it. */
export function readRun(messages: readonly BusMessage[]): Run | undefined {
  try {
    const events = messages.map((message) => parseEnvelope(message.value));
    const [first] = messages;
    const firstNo = events[0]?.runseq;
    if (!first || firstNo === undefined) return undefined;
    if (events.some(({ runseq }, index) => runseq !== firstNo + index)) return undefined;
    return { topic: first.topic, key: first.key, events, firstNo };
  } catch {
    return undefined;
  }
}

/** @returns false, and nothing is changed, when they have to be applied one by one */
export async function applyRun<Deps>(options: InboxOptions<Deps>, run: Run): Promise<boolean> {
  try {
    return await applyNext(options, run);
  } catch (error) {
    if (isInfrastructureFault(error)) throw error;
    return false;
  }
}

/**
 * Applies events that are the next ones of their key, as nearly all are. Their handlers begin before the database has
 * said that they are: what it says otherwise undoes all they did.
 * @returns false, and nothing is changed, when they are not
 */
export async function applyNext<Deps>(
  options: InboxOptions<Deps>,
  { topic, key, events, firstNo }: Run,
): Promise<boolean> {
  const ids = events.map(({ id }) => id);
  try {
    await options.db.transaction(async (tx) => {
      advance(tx, { consumer: options.name, topic, key }, ids, firstNo);
      for (const event of events) await applyEvent(options, tx, event, topic);
    });
    return true;
  } catch (error) {
    if (isNotNext(error)) return false;
    throw error;
  }
}

/**
 * Applies bursts of different keys in one transaction, each where all of it is next and may share.
 * @returns of each whether it was applied. Of the others nothing is changed, as of all of them when one is rejected or
 *   the infrastructure fails: which of them it was is seen when each key is tried alone
 */
export async function applyTogether<Deps>(
  options: InboxOptions<Deps>,
  bursts: readonly (readonly BusMessage[])[],
): Promise<boolean[]> {
  const { db, name, logger, mayShare } = options;
  const runs = bursts.map((messages) => {
    const run = readRun(messages);
    return run && mayShare && run.events.every(mayShare) ? run : undefined;
  });
  const sharing = runs.filter((run) => run !== undefined);
  // One alone has a shorter way.
  if (sharing.length < 2) return bursts.map(() => false);
  const applied = new Set<Run>();
  try {
    await db.transaction(async (tx) => {
      const moved = await advanceAll(tx, name, sharing.map(toNext));
      for (const [index, run] of sharing.entries()) {
        if (!moved[index]) continue;
        applied.add(run);
        for (const event of run.events) await applyEvent(options, tx, event, run.topic);
      }
    });
  } catch (error) {
    logger.debug('Events of several keys are applied key by key: together it failed', { error });
    return bursts.map(() => false);
  }
  return runs.map((run) => run !== undefined && applied.has(run));
}

const toNext = ({ topic, key, firstNo, events }: Run) => ({
  topic,
  key,
  firstNo,
  eventIds: events.map(({ id }) => id),
});
