// Takes published rows from those that wait. Nobody waits for that, so that what is published meanwhile shares one commit.
import { setTimeout as delay } from 'node:timers/promises';
import type { Database } from './database.ts';
import type { OutboxRow } from './outbox.ts';
import { RELAY_LEASE } from './outbox-parking.ts';
import { queryByIndex } from './query-by-index.ts';

export type OutboxMarks = {
  add(rows: readonly OutboxRow[], epoch: number): void;
  /** Positions that are published and not yet marked: they are not to be published again. */
  open(): number[];
  /** Resolves when all are marked, or cannot be. */
  settle(): Promise<void>;
};

export type OutboxMarksOptions = {
  db: Database;
  /** Another relay leads: it publishes what could not be marked again. */
  onLeaseLost: () => void;
  onError: (error: unknown) => void;
};

const TOGETHER_MS = 20;
const RETRY_MS = 200;

// A relay that was paused past its lease finds a higher epoch and marks nothing: the new one publishes those rows again,
// and the consumers' inboxes forgive it.
// It asks for the lease and does not count rows: after a commit whose acknowledgement was lost they are gone already.
const MARK_PUBLISHED = `with lease as (select 1 from leases where name = $2 and epoch = $3),
  published as (delete from outbox_waiting where position = any($1::bigint[]) and exists (select 1 from lease))
  select exists (select 1 from lease) as leads`;

export function newOutboxMarks({ db, onLeaseLost, onError }: OutboxMarksOptions): OutboxMarks {
  const open = new Map<number, number>();
  const hurry = new AbortController();
  let marking: Promise<void> | undefined;

  async function markAll(): Promise<void> {
    while (open.size > 0) {
      await delay(TOGETHER_MS, undefined, { signal: hurry.signal }).catch(() => {});
      const batch = [...open];
      try {
        for (const [epoch, group] of Map.groupBy(batch, ([, under]) => under)) await mark(epoch, group);
      } catch (error) {
        onError(error);
        if (hurry.signal.aborted) return;
        await delay(RETRY_MS, undefined, { signal: hurry.signal }).catch(() => {});
      }
    }
  }

  async function mark(epoch: number, group: [position: number, epoch: number][]): Promise<void> {
    const positions = group.map(([position]) => position);
    const [answer] = await queryByIndex<{ leads: boolean }>(db, MARK_PUBLISHED, [positions, RELAY_LEASE, epoch]);
    for (const position of positions) open.delete(position);
    if (!answer?.leads) onLeaseLost();
  }

  return {
    add(rows, epoch) {
      for (const { position } of rows) open.set(position, epoch);
      marking ??= markAll().finally(() => {
        marking = undefined;
      });
    },
    open: () => [...open.keys()],
    async settle() {
      hurry.abort();
      await marking;
    },
  };
}
