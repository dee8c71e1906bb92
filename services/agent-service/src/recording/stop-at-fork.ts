// Stops a replay where the run was forked, and no call later: what comes then is the fork's, which may be somebody else's.
import type { Outbox } from '@builder-ai/platform/outbox';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import type { RecordedRow } from './recording.ts';
import type { ReplayItem } from './replay-script.ts';

/** The last thing of the parent's that a fork takes along, and how often it had come about by then. */
export type ForkAnchor = { entry: LedgerEntry; times: number };

const ENDS: ReadonlySet<string> = new Set(['plan.made', 'tool.finished', 'step.done']);

/** @param before the rows up to the fork */
export function findAnchor(before: readonly RecordedRow[]): ForkAnchor | undefined {
  const entries = before.map((row) => row.entry);
  const entry = entries.findLast(({ kind }) => ENDS.has(kind));
  return entry && { entry, times: entries.filter((each) => isSame(each, entry)).length };
}

function isSame(a: LedgerEntry, b: LedgerEntry): boolean {
  return a.kind === 'step.done' && b.kind === 'step.done' && a.step === b.step;
}

export type ForkStop = {
  /** Aborted when the run is to stop before its next call. */
  signal: AbortSignal;
  /** For the run to tell its events by. */
  outbox: Outbox;
  /** An answer is about to be given. */
  answered(): void;
};

/**
 * @param items what is left of the recording
 * @param done how often each step was done in the turns before; counted on
 */
export function stopAtFork(outbox: Outbox, items: readonly ReplayItem[], done: Map<number, number>): ForkStop {
  const stop = new AbortController();
  const fork = items.find((item) => item.kind === 'fork');
  const { entry, times } = fork?.anchor ?? {};
  return {
    signal: stop.signal,
    outbox: {
      ...outbox,
      make(key, entries) {
        for (const { event, data } of entries as unknown as {
          event: { type: string };
          data: Record<string, unknown>;
        }[]) {
          // The checkpoint after it comes when the call is finished.
          if (entry?.kind === 'tool.finished' && event.type === 'tool.called' && data.call_id === entry.call_id)
            stop.abort();
          if (event.type !== 'step.completed') continue;
          const step = data.step as number;
          done.set(step, (done.get(step) ?? 0) + 1);
          if (entry?.kind === 'step.done' && entry.step === step && done.get(step) === times) stop.abort();
        }
        return outbox.make(key, entries);
      },
    },
    answered() {
      const next = items.find(({ kind }) => kind === 'answer' || kind === 'fork');
      if (entry?.kind === 'plan.made' && next?.kind === 'fork') stop.abort();
    },
  };
}
