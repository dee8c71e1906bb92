// What an operator does about a dead letter: apply it again with the code of today, or give it up. Its key goes on then.
import { applyEvent, attempt, type EventHandlers, type Rejection, readEvent } from './apply-event.ts';
import type { Database, Tx } from './database.ts';
import {
  type ConsumerKey,
  enterEvent,
  findFirstHeldNo,
  type KeyState,
  lockKey,
  moveTo,
  settle,
  toReason,
  unpark,
} from './dead-letters.ts';
import { applyHeld } from './held-events.ts';
import { discardOutboxEvent, OUTBOX, unparkOutboxKey } from './outbox-parking.ts';
import { AppError } from './problem.ts';

export type Settlement = 'replayed' | 'discarded';

type Letter = ConsumerKey & {
  id: number;
  state: 'dead' | 'held' | 'unpublishable' | Settlement;
  no: number | null;
  eventId: string | null;
  reason: string;
  message: string;
};

class StillFails extends Error {
  readonly rejection: Rejection;

  constructor(rejection: Rejection) {
    super(rejection.reason, { cause: rejection.error });
    this.rejection = rejection;
  }
}

/** So long a request goes on with the messages that waited behind the letter; the sweep applies the rest. */
const FOLLOW_MS = 10_000;

/**
 * Settles a letter in one transaction, under its key's lock; then the messages that waited behind it follow, each in one
 * of its own. A dead one is applied again, or its number counts as passed; an unpublishable one is handed to the relay
 * again, or nothing is published in its place; a held one is replayed by giving up what is missing before it.
 * @throws AppError DEAD_LETTER_NOT_FOUND, _SETTLED, _WAITS, or _STILL_FAILS with the reason as its detail; and faults of
 *   the infrastructure, after which nothing has changed
 */
export async function settleDeadLetter<Deps>(
  handlers: EventHandlers<Deps>,
  id: number,
  settlement: Settlement,
): Promise<void> {
  const { db } = handlers;
  const { consumer, topic, key } = await getLetter(db, id);
  const at = { consumer, topic, key };
  try {
    await db.transaction((tx) =>
      consumer === OUTBOX ? settleUnpublishable(tx, at, id, settlement) : settleOne(handlers, tx, at, id, settlement),
    );
  } catch (error) {
    if (!(error instanceof StillFails)) throw error;
    const reason = toReason(error.rejection.reason);
    await db.query(`update dead_letters set attempts = attempts + 1, reason = $2 where id = $1 and state = 'dead'`, [
      id,
      reason,
    ]);
    throw new AppError('DEAD_LETTER_STILL_FAILS', { detail: reason, cause: error });
  }
  if (consumer === OUTBOX) return;
  await follow(handlers, at);
  const { state, reason } = await getLetter(db, id);
  if (state === 'dead') throw new AppError('DEAD_LETTER_STILL_FAILS', { detail: reason });
}

async function settleOne<Deps>(
  handlers: EventHandlers<Deps>,
  tx: Tx,
  at: ConsumerKey,
  id: number,
  settlement: Settlement,
): Promise<void> {
  const key = await lockKey(tx, at);
  const letter = await getLetter(tx, id);
  if (letter.state === 'held') {
    if (settlement === 'discarded' || key.parked || letter.no === null || letter.no !== (await findFirstHeldNo(tx, at)))
      throw new AppError('DEAD_LETTER_WAITS');
    await moveTo(tx, at, letter.no - 1);
    return;
  }
  if (!(await settle(tx, id, settlement))) throw new AppError('DEAD_LETTER_SETTLED');
  await moveTo(
    tx,
    at,
    settlement === 'replayed' ? await applyAgain(handlers, tx, letter, key) : await numberOf(tx, letter, key),
  );
  await unpark(tx, at);
}

/** @returns the event's number */
async function applyAgain<Deps>(
  handlers: EventHandlers<Deps>,
  tx: Tx,
  letter: Letter,
  key: KeyState,
): Promise<number | null> {
  let no: number | null = null;
  const rejection = await attempt(async () => {
    const event = readEvent(letter.message);
    no = event.runseq ?? null;
    // What could not be read when it came was not entered under its own id.
    await enterEvent(tx, letter.consumer, event.id);
    if (no === null || no > key.lastNo) await applyEvent(handlers, tx, event, letter.topic);
  }, 1);
  if (rejection) throw new StillFails(rejection);
  return no;
}

/** A message that could not be read has had a number if one is missing just before those that came after it. */
async function numberOf(tx: Tx, letter: Letter, { lastNo }: KeyState): Promise<number | null> {
  if (letter.eventId !== null) return letter.no;
  const next = await findFirstHeldNo(tx, letter);
  return next !== undefined && next > lastNo + 1 ? lastNo + 1 : null;
}

async function settleUnpublishable(tx: Tx, at: ConsumerKey, id: number, settlement: Settlement): Promise<void> {
  if (!(await settle(tx, id, settlement))) throw new AppError('DEAD_LETTER_SETTLED');
  const { eventId } = await getLetter(tx, id);
  if (settlement === 'discarded') await discardOutboxEvent(tx, eventId as string);
  await unparkOutboxKey(tx, at.topic, at.key);
}

/** The letter is settled, whatever becomes of those behind it: what is left is the sweep's. */
async function follow<Deps>(handlers: EventHandlers<Deps>, at: ConsumerKey): Promise<void> {
  const until = performance.now() + FOLLOW_MS;
  try {
    await applyHeld(handlers, at, () => performance.now() < until);
  } catch (error) {
    handlers.logger.warn('Held events wait: they cannot be applied now', { key: at.key, topic: at.topic, error });
  }
}

/** @throws AppError DEAD_LETTER_NOT_FOUND */
async function getLetter(db: Pick<Database, 'query'>, id: number): Promise<Letter> {
  const [letter] = await db.query<Letter>(
    `select id, consumer, topic, key, state, no, event_id as "eventId", reason, message from dead_letters where id = $1`,
    [id],
  );
  if (!letter) throw new AppError('DEAD_LETTER_NOT_FOUND');
  return letter;
}
