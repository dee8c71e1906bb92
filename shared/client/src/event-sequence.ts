/** Anything numbered on a task's timeline: 1, 2, 3 … without a gap. */
export type Sequenced = { seq: number };

/**
 * A timeline as far as it is known. `events` is whole from its first entry on: entry i has seq i + 1. `held` are
 * entries that came before their predecessors, in order; they are shown once the gap is filled.
 */
export type EventSequence<Event extends Sequenced> = {
  readonly events: readonly Event[];
  readonly held: readonly Event[];
};

export const EMPTY_SEQUENCE: EventSequence<never> = { events: [], held: [] };

/** The last seq up to which nothing is missing; 0 when nothing is known. This is the cursor to ask the server with. */
export function lastSeq(sequence: EventSequence<Sequenced>): number {
  return sequence.events.at(-1)?.seq ?? 0;
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
  if (waiting.size === heldBefore) return sequence;

  const added: Event[] = [];
  for (let next = waiting.get(last + 1); next; next = waiting.get(next.seq + 1)) {
    added.push(next);
    waiting.delete(next.seq);
  }
  return {
    events: added.length > 0 ? [...sequence.events, ...added] : sequence.events,
    held: [...waiting.values()].sort((a, b) => a.seq - b.seq),
  };
}
