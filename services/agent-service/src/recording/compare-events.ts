// Compares the events that a recorded run told with those that its replay tells: pure.
import { isDeepStrictEqual } from 'node:util';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { toComparable } from './comparable-events.ts';
import type { RecordedEvent, RecordedRow, ToldEvent } from './recording.ts';

/** Of recordings that do not say where they end: a run that told one of these last has nothing more to tell. */
const LAST: ReadonlySet<string> = new Set(['run.completed', 'run.failed', 'run.cancelled', 'run.waiting']);
const SHOWN_LENGTH = 200;

/**
 * @param stopsThere the replay stopped where the recording ends
 * @returns the first difference, in words; none when there is none, or when the recording has no events
 */
export function compareEvents(
  rows: readonly RecordedRow[],
  recorded: readonly RecordedEvent[],
  replayed: readonly RecordedEvent[],
  stopsThere: boolean,
): string[] {
  if (recorded.length === 0) return [];
  const decided = decidedCalls(rows.map(({ entry }) => entry));
  const a = toComparable(recorded, decided);
  const b = toComparable(replayed, decided);
  const stopped = !stopsThere && !LAST.has(a.at(-1)?.event.type ?? '');
  for (let index = 0; index < (stopped ? a.length : Math.max(a.length, b.length)); index += 1) {
    const [before, now] = [a[index], b[index]];
    if (isDeepStrictEqual(before?.event, now?.event)) continue;
    const place = before ? `Event ${before.no}` : 'After the last event';
    return [`${place}: ${difference(before?.event, now?.event)}`];
  }
  return [];
}

/** Calls that nobody knows the end of, and that their user settled. */
export function decidedCalls(entries: readonly LedgerEntry[]): ReadonlySet<string> {
  const calls = entries.flatMap((entry) =>
    entry.kind === 'tool.resolved' && entry.decision !== 'redo' ? [entry.call_id] : [],
  );
  return new Set(calls);
}

function difference(recorded: ToldEvent | undefined, replayed: ToldEvent | undefined): string {
  if (!recorded) return `nothing more was recorded; the replay told ${show(replayed)}.`;
  if (recorded.type !== replayed?.type)
    return `${show(recorded)} was recorded; the replay told ${replayed ? show(replayed) : 'nothing more'}.`;
  const names = [...new Set([...Object.keys(recorded.data), ...Object.keys(replayed.data)])];
  const name = names.find((each) => !isDeepStrictEqual(recorded.data[each], replayed.data[each])) ?? '';
  const [before, now] = [recorded.data[name], replayed.data[name]].map((value) => shorten(JSON.stringify(value)));
  return `${name} of ${recorded.type} was recorded as ${before}; the replay told ${now}.`;
}

const show = (event: ToldEvent | undefined) => `${event?.type} ${shorten(JSON.stringify(event?.data))}`;

const shorten = (text = 'nothing') => (text.length > SHOWN_LENGTH ? `${text.slice(0, SHOWN_LENGTH)}…` : text);
