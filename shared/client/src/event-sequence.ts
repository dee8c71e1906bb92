/** Anything numbered on a task's timeline: 1, 2, 3 … without a gap. */
export type Sequenced = { seq: number };

/**
 * A timeline as far as it is known. `events` is whole from the entry after `before` on: entry i has seq before + i + 1.
 * `held` are entries that came before their predecessors, in order; they are shown once the gap is filled.
 */
export type EventSequence<Event extends Sequenced> = {
  readonly events: readonly Event[];
  readonly held: readonly Event[];
  /** Entries up to this seq are not known: the server keeps them no longer. 0: none is missing. */
  readonly before: number;
};

export const EMPTY_SEQUENCE: EventSequence<never> = { events: [], held: [], before: 0 };

/** The last seq up to which nothing is missing that the server has. This is the cursor to ask the server with. */
export function lastSeq(sequence: EventSequence<Sequenced>): number {
  return sequence.events.at(-1)?.seq ?? sequence.before;
}

/** Whether something that came is waiting for something that did not. */
export function hasGap(sequence: EventSequence<Sequenced>): boolean {
  return sequence.held.length > 0;
}

/**
 * Takes events in, in whatever order and however often they come (live, replayed and read from the feed overlap).
 * Returns the same object when nothing new was among them, so that nothing is drawn again for a duplicate.
 */
export function addEvents<Event extends Sequenced>(
  sequence: EventSequence<Event>,
  incoming: readonly Event[],
): EventSequence<Event> {
  const last = lastSeq(sequence);
  const waiting = new Map(sequence.held.map((event) => [event.seq, event]));
  const heldBefore = waiting.size;
  for (const event of incoming) {
    if (event.seq > last && !waiting.has(event.seq)) waiting.set(event.seq, event);
  }
  return waiting.size === heldBefore ? sequence : release(sequence, waiting);
}

/**
 * The server keeps entries from `firstSeq` on only. What lies before that will never come, so nothing waits for it; with a hole
 * there, what was known from before it is not shown either.
 */
export function beginAt<Event extends Sequenced>(
  sequence: EventSequence<Event>,
  firstSeq: number,
): EventSequence<Event> {
  if (firstSeq <= lastSeq(sequence) + 1) return sequence;
  const waiting = sequence.held.filter(({ seq }) => seq >= firstSeq).map((event) => [event.seq, event] as const);
  return release({ events: [], held: [], before: firstSeq - 1 }, new Map(waiting));
}

/** Moves what follows on the last entry without a gap out of those that wait. */
function release<Event extends Sequenced>(
  sequence: EventSequence<Event>,
  waiting: Map<number, Event>,
): EventSequence<Event> {
  const last = lastSeq(sequence);
  const added: Event[] = [];
  for (let next = waiting.get(last + 1); next; next = waiting.get(next.seq + 1)) {
    added.push(next);
    waiting.delete(next.seq);
  }
  return {
    ...sequence,
    events: added.length > 0 ? [...sequence.events, ...added] : sequence.events,
    held: [...waiting.values()].sort((a, b) => a.seq - b.seq),
  };
}
