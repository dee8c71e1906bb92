// Tells of entries as soon as they are committed, so that whoever watches a task need not wait for the bus and the feed.
import { formatToldAhead, TOLD_AHEAD } from '@builder-ai/contracts/told-ahead';
import { type TellCommittedOptions, tellCommitted } from '@builder-ai/platform/ahead/tell-committed';
import type { OutboxRow } from '@builder-ai/platform/outbox';

/** @returns whether an event is told of */
export function tellAhead({
  redis,
  outbox,
}: Pick<TellCommittedOptions, 'redis' | 'outbox'>): (row: OutboxRow) => boolean {
  return tellCommitted({
    redis,
    outbox,
    topic: 'task.events',
    channel: TOLD_AHEAD.prefix + TOLD_AHEAD.name,
    toText: (taskId, rows) =>
      formatToldAhead({ taskId, lastSeq: seqOf(rows.at(-1)), events: rows.map(({ event }) => event) }),
  });
}

function seqOf(row: OutboxRow | undefined): number {
  const { seq } = JSON.parse(row?.event ?? '{}') as { seq?: number };
  return seq ?? 0;
}
