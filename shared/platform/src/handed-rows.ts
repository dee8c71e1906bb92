// What this process has just committed, for the relay that leads: rows that follow directly on what it has published
// need no look into the table. Whatever is doubtful is looked up.
import type { OutboxRow } from './outbox.ts';

export type HandedRows = {
  hand(rows: readonly OutboxRow[]): void;
  /** @returns the rows to publish, or undefined when the table has to be looked into; all are taken then */
  take(): OutboxRow[] | undefined;
  published(rows: readonly OutboxRow[]): void;
  /** Nothing is known any more of what is published: another relay may have gone on. */
  forget(): void;
};

const MOST_KEYS = 10_000;

export function newHandedRows(): HandedRows {
  let handed: OutboxRow[] = [];
  const lastNo = new Map<string, number>();
  const nameOf = ({ topic, key }: OutboxRow) => `${topic}\n${key}`;

  return {
    hand(rows) {
      handed.push(...rows);
    },
    take() {
      // Of two commits the later one may be heard of first.
      const rows = handed.sort((a, b) => a.position - b.position);
      handed = [];
      const next = new Map<string, number>();
      const due: OutboxRow[] = [];
      for (const row of rows) {
        const name = nameOf(row);
        // Nothing lies before the first row of a key.
        const last = next.get(name) ?? lastNo.get(name) ?? (row.no === 1 ? 0 : undefined);
        if (last === undefined || row.no > last + 1) return undefined;
        if (row.no <= last) continue;
        next.set(name, row.no);
        due.push(row);
      }
      return due;
    },
    published(rows) {
      if (lastNo.size > MOST_KEYS) lastNo.clear();
      for (const row of rows) lastNo.set(nameOf(row), row.no);
    },
    forget() {
      handed = [];
      lastNo.clear();
    },
  };
}
