// Stops a replay where the recorded run stopped, and no call later, also in the middle of an answer: where it was forked,
// cancelled, given up, or where its recording ends.
import type { Outbox } from '@builder-ai/platform/outbox';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { HandedOver } from '../runs/run-signals.ts';
import type { RecordedEvent, RecordedRow } from './recording.ts';
import type { ReplayItem } from './replay-script.ts';

/** The last thing that the run did before it stopped, and how often it had come about by then. */
export type Anchor = { entry: LedgerEntry; times: number };

const ANCHORS: ReadonlySet<string> = new Set(['model.answered', 'tool.intended', 'tool.finished', 'step.done']);
/** They come about beside what the run does. */
const BESIDE: ReadonlySet<string> = new Set([
  ...['model.intended', 'model.unknown', 'model.failed', 'tool.uncertain', 'run.paused', 'user.said'],
]);

/**
 * @param before the rows up to the stop
 * @returns none when the run stopped by itself, to ask its user or a model
 */
export function findAnchor(before: readonly RecordedRow[]): Anchor | undefined {
  const entries = before.map((row) => row.entry);
  let plan: LedgerEntry | undefined;
  for (const entry of entries.toReversed()) {
    if (ANCHORS.has(entry.kind)) return toAnchor(entry, entries);
    // An answer leads to it, where there is one.
    if (entry.kind === 'plan.made') plan = entry;
    else if (!BESIDE.has(entry.kind) && !(entry.kind === 'plan.changed' && entry.agent !== 'user')) break;
  }
  return plan && toAnchor(plan, entries);
}

/** What a fork takes along ends with something that was finished; it is its own user's to approve. */
export function findForkAnchor(before: readonly RecordedRow[]): Anchor | undefined {
  const last = before.findLastIndex(({ entry: { kind } }) => ANCHORS.has(kind) || kind === 'plan.made');
  const isAnswered = before.slice(last).some(({ entry }) => entry.kind === 'question.answered');
  return isAnswered ? undefined : findAnchor(before.slice(0, last + 1));
}

function toAnchor(entry: LedgerEntry, entries: readonly LedgerEntry[]): Anchor {
  return { entry, times: entries.filter((each) => isSame(each, entry)).length };
}

function isSame(a: LedgerEntry, b: LedgerEntry): boolean {
  return a.kind === 'step.done' && b.kind === 'step.done' && a.step === b.step;
}

/** Whether the run had told its user, with the last of these events, what it waits for. */
export function waitsForUser(events: readonly RecordedEvent[]): boolean {
  const last = events.findLast(({ event }) => event.type !== 'log.added')?.event;
  if (last?.type !== 'run.waiting') return false;
  const { waiting_for, code } = last.data;
  return waiting_for === 'approval' || (waiting_for === 'input' && code === undefined);
}

export type Stop = {
  /** Aborted when the run is to stop before its next call. */
  handOver: AbortSignal;
  /** Aborted when it is to stop within the call that was told of last. */
  abort: AbortSignal;
  /** For the run to tell its events by. */
  outbox: Outbox;
  /** An answer is about to be given. */
  answered(callId: string): void;
};

const STOPS: ReadonlySet<string> = new Set(['fork', 'cancel', 'give-up', 'end']);

/**
 * @param items what is left of the recording
 * @param done how often each step was done in the turns before; counted on
 */
export function stopInAnswer(outbox: Outbox, items: readonly ReplayItem[], done: Map<number, number>): Stop {
  const before = new AbortController();
  const within = new AbortController();
  const stop = items.find(({ kind }) => STOPS.has(kind));
  const { entry, times } = (stop && 'anchor' in stop && stop.anchor) || {};
  // All that is left is to take in what the user said.
  if (items[0]?.kind === 'end') before.abort();

  function see(type: string, data: Record<string, unknown>): void {
    if (type === 'plan.created' && entry?.kind === 'plan.made') before.abort();
    if (type === 'tool.called' && entry && 'call_id' in entry && data.call_id === entry.call_id) {
      // The checkpoint after it comes when the call is finished.
      if (entry.kind === 'tool.finished') before.abort();
      if (entry.kind === 'tool.intended') within.abort(new HandedOver());
    }
    if (type !== 'step.completed') return;
    const step = data.step as number;
    done.set(step, (done.get(step) ?? 0) + 1);
    if (entry?.kind === 'step.done' && entry.step === step && done.get(step) === times) before.abort();
  }

  return {
    handOver: before.signal,
    abort: within.signal,
    outbox: {
      ...outbox,
      make(key, entries) {
        const made = outbox.make(key, entries);
        for (const { event, data } of entries as unknown as {
          event: { type: string };
          data: Record<string, unknown>;
        }[])
          see(event.type, data);
        return made;
      },
    },
    answered(callId) {
      if (entry?.kind === 'model.answered' && entry.call_id === callId) before.abort();
    },
  };
}
