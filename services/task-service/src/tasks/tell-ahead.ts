// Tells of entries as soon as they are committed, so that whoever watches a task need not wait for the bus and the feed.
import { formatToldAhead, TOLD_AHEAD } from '@builder-ai/contracts/told-ahead';
import type { Outbox, OutboxRow } from '@builder-ai/platform/outbox';
import type { Redis } from '@builder-ai/platform/redis/redis';

const CHANNEL = TOLD_AHEAD.prefix + TOLD_AHEAD.name;
/** What is larger comes by the feed. */
const MAX_BYTES = 32 * 1024;

/**
 * While Redis is away, nobody is told: nothing waits for it, and nothing is lost.
 * @returns whether an event is told of
 */
export function tellAhead(
  redis: Pick<Redis, 'run' | 'isHere'>,
  outbox: Pick<Outbox, 'onAdded'>,
): (row: OutboxRow) => boolean {
  // Nobody watches a task that nobody knows yet.
  const isTold = (row: OutboxRow) => row.topic === 'task.events' && row.no > 1 && redis.isHere();
  outbox.onAdded((rows) => {
    for (const [taskId, told] of Map.groupBy(rows.filter(isTold), ({ key }) => key)) {
      const payload = formatToldAhead({ taskId, lastSeq: seqOf(told.at(-1)), events: told.map(({ event }) => event) });
      if (Buffer.byteLength(payload) > MAX_BYTES) continue;
      redis.run((client) => client.publish(CHANNEL, payload)).catch(() => {});
    }
  });
  return isTold;
}

function seqOf(row: OutboxRow | undefined): number {
  const { seq } = JSON.parse(row?.event ?? '{}') as { seq?: number };
  return seq ?? 0;
}
