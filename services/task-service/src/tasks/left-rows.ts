// Rows of tasks as this process has left them, so that the next event of a run need not read its task first. Whether a row is
// still as it was left the database says when it is changed: by then anybody may have changed it.
import type { LockedTask } from './task-row.ts';

/** The database's time, and this process's when it was told. */
export type Clock = { databaseMs: number; at: number };
export type LeftRow = { task: LockedTask; clock: Clock };

export type LeftRows = {
  /** It is given once: whoever leaves the row anew puts it back, and after a failure it is read again. */
  take(id: string): LeftRow | undefined;
  /** The row as the transaction that has just committed left it. */
  put(row: LeftRow): void;
};

const MOST_ROWS = 500;
/** The database's time is counted on for so long, and then read again. */
const COUNTED_FOR_MS = 30_000;

export function newLeftRows(now: () => number): LeftRows {
  const rows = new Map<string, LeftRow>();
  return {
    take(id) {
      const left = rows.get(id);
      rows.delete(id);
      if (!left) return undefined;
      const { task, clock } = left;
      const passedMs = now() - clock.at;
      if (passedMs > COUNTED_FOR_MS) return undefined;
      // What is counted on lies a little behind; the timeline's times never go back.
      const timeMs = Math.max(Math.floor(clock.databaseMs + passedMs), task.updated_at.getTime());
      return { task: { ...task, now: new Date(timeMs) }, clock };
    },
    put(row) {
      // Nothing was appended to it, so nobody knows its version.
      if (row.task.version === null) return;
      rows.set(row.task.id, row);
      const [oldest] = rows.keys();
      if (rows.size > MOST_ROWS && oldest !== undefined) rows.delete(oldest);
    },
  };
}
