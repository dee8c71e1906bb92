// Compares what a recorded run came to with what its replay comes to: pure.
import { isDeepStrictEqual } from 'node:util';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { RUN_COMMAND } from '../tools/run-command.ts';
import { decidedCalls } from './compare-events.ts';
import type { RecordedFile, RecordedRow } from './recording.ts';

/** What a run comes to, whoever was killed on the way and however often a call was tried. */
function outcomesOf(entries: readonly LedgerEntry[], decided: ReadonlySet<string>): unknown[] {
  return entries.flatMap((entry): unknown[] => {
    switch (entry.kind) {
      case 'plan.made':
        return [[entry.kind, entry.steps]];
      case 'step.begun':
        return [[entry.kind, entry.step]];
      case 'tool.finished':
        return decided.has(entry.call_id) ? [] : [[entry.kind, entry.call_id, entry.tool, entry.ok]];
      case 'review.given':
        return [[entry.kind, entry.step, entry.review.verdict]];
      case 'step.done':
        return [[entry.kind, entry.step, entry.after?.tree]];
      case 'step.failed':
      case 'run.failed':
      case 'run.cancelled':
        return [[entry.kind]];
      default:
        return [];
    }
  });
}

export function compareLedgers(recorded: readonly RecordedRow[], replayed: readonly LedgerEntry[]): string[] {
  const before = recorded.map(({ entry }) => entry);
  const decided = decidedCalls(before);
  const [a, b] = [outcomesOf(before, decided), outcomesOf(replayed, decided)];
  for (let index = 0; index < Math.max(a.length, b.length); index += 1) {
    if (isDeepStrictEqual(a[index], b[index])) continue;
    const say = (value: unknown) => (value === undefined ? 'nothing more' : JSON.stringify(value));
    return [`Outcome ${index + 1} was recorded as ${say(a[index])}; the replay came to ${say(b[index])}.`];
  }
  return [];
}

/** What each command printed, by its call: the last time, where it was made again after a kill. */
function printedBy(entries: readonly LedgerEntry[]): Map<string, string> {
  const commands = entries.flatMap((entry) =>
    entry.kind === 'tool.finished' && entry.tool === RUN_COMMAND ? [[entry.call_id, entry.output] as const] : [],
  );
  return new Map(commands);
}

/** One that says the time, or what it drew, says something else today. */
export function compareCommands(recorded: readonly RecordedRow[], replayed: readonly LedgerEntry[]): string[] {
  const before = printedBy(recorded.map(({ entry }) => entry));
  return [...printedBy(replayed)].flatMap(([callId, output]) => {
    if (!before.has(callId) || before.get(callId) === output) return [];
    return [
      `Command ${callId} printed something else than what was recorded: it depends on the time, on chance or on the machine.`,
    ];
  });
}

export function compareFiles(recorded: readonly RecordedFile[], replayed: readonly RecordedFile[]): string[] {
  const byPath = (files: readonly RecordedFile[]) => new Map(files.map((file) => [file.path, file]));
  const [a, b] = [byPath(recorded), byPath(replayed)];
  return [...new Set([...a.keys(), ...b.keys()])].sort().flatMap((path) => {
    if (!b.has(path)) return [`${path} was recorded and is not there.`];
    if (!a.has(path)) return [`${path} is there and was not recorded.`];
    return isDeepStrictEqual(a.get(path), b.get(path)) ? [] : [`${path} is not what was recorded.`];
  });
}
