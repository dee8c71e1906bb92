// The messages that waited behind a gap or a dead letter, once nothing holds them back any more.
import { applyEvent, attempt, type EventHandlers, readEvent } from './apply-event.ts';
import {
  type ConsumerKey,
  declareDead,
  findDueKeys,
  type HeldMessage,
  lockKey,
  moveTo,
  takeNextHeld,
} from './dead-letters.ts';
import { type Sweep, startSweep } from './sweep.ts';

export const DEAD_LETTER = 'An event became a dead letter and parks its key';

const SWEEP_MS = 5_000;
const KEYS_PER_SWEEP = 100;

/**
 * Applies the held messages of a key that are due, in order, each in a transaction of its own, as if it had just come:
 * one that is rejected becomes the dead letter that parks the key. Where this ends, for whatever reason, whoever comes
 * next goes on: a delivery of the key, the endpoint or the sweep.
 * @param mayGoOn asked before each message
 * @throws faults of the infrastructure
 */
export async function applyHeld<Deps>(
  handlers: EventHandlers<Deps>,
  at: ConsumerKey,
  mayGoOn: () => boolean,
): Promise<void> {
  let more = true;
  while (more && mayGoOn()) more = await applyNextHeld(handlers, at);
}

/** @returns whether there may be another one */
async function applyNextHeld<Deps>(handlers: EventHandlers<Deps>, at: ConsumerKey): Promise<boolean> {
  const taken: HeldMessage[] = [];
  const rejection = await attempt(() =>
    handlers.db.transaction(async (tx) => {
      taken.length = 0;
      const { parked, lastNo } = await lockKey(tx, at);
      const held = parked ? undefined : await takeNextHeld(tx, at, lastNo);
      if (!held) return;
      taken.push(held);
      if (held.no !== null && held.no <= lastNo) return;
      await applyEvent(handlers, tx, readEvent(held.message), at.topic);
      await moveTo(tx, at, held.no);
    }),
  );
  const [held] = taken;
  if (!held || !rejection) return held !== undefined;
  const { error, attempts } = rejection;
  handlers.logger.error(DEAD_LETTER, { key: at.key, topic: at.topic, attempts, error });
  await handlers.db.transaction((tx) => declareDead(tx, at, held.id, rejection));
  return false;
}

/** Now and then looks for held messages that are due and that nobody applies: a process has died on the way. */
export function startHeldSweep<Deps>(handlers: EventHandlers<Deps>, everyMs = SWEEP_MS): Pick<Sweep, 'close'> {
  return startSweep({
    everyMs,
    async sweep(signal) {
      for (const at of await findDueKeys(handlers.db, handlers.name, KEYS_PER_SWEEP))
        await applyHeld(handlers, at, () => !signal.aborted);
    },
    onError: (error) => handlers.logger.warn('Held events wait: they cannot be applied now', { error }),
  });
}
