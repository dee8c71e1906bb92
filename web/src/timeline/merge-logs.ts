import type { LogEntry, TaskEvent } from '@builder-ai/contracts/task';

/**
 * All log lines that are known, oldest first. The timeline carries every line that was added to it, in order; the task
 * carries its newest ones, among them those that an imported task had before it had a timeline, and those that the
 * timeline here has not heard of yet. A line in both is the same in both.
 */
export function mergeLogs(logs: readonly LogEntry[], events: readonly TaskEvent[]): LogEntry[] {
  const onlyInTask = new Map(logs.map((entry) => [logKey(entry), entry]));
  const added: LogEntry[] = [];
  // Done again for each new entry of a timeline that may have many thousands: so no sorting, and one pass only.
  for (const event of events) {
    if (event.event_type !== 'log_added') continue;
    const entry = toLogEntry(event);
    onlyInTask.delete(logKey(entry));
    added.push(entry);
  }
  const first = added[0];
  const rest = [...onlyInTask.values()];
  if (!first) return rest;
  const isOlder = (entry: LogEntry) => toTime(entry) <= toTime(first);
  return [...rest.filter(isOlder), ...added, ...rest.filter((entry) => !isOlder(entry))];
}

/** An imported line may have the number of a later one. */
export const logKey = (entry: LogEntry) => `${entry.seq} ${entry.timestamp}`;

const toTime = (entry: LogEntry) => Date.parse(entry.timestamp) || 0;

function toLogEntry(event: TaskEvent): LogEntry {
  const entry = event.data as Partial<LogEntry>;
  if (entry.seq && entry.timestamp && typeof entry.message === 'string') return entry as LogEntry;
  return {
    seq: entry.seq ?? event.seq,
    timestamp: entry.timestamp ?? event.timestamp,
    level: entry.level ?? 'info',
    agent: entry.agent ?? null,
    step: entry.step ?? null,
    message: String(entry.message ?? ''),
  };
}
