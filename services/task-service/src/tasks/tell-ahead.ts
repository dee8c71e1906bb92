// Tells of entries as soon as they are committed, so that whoever watches a task need not wait for the bus and the feed.
import { formatToldAhead, TOLD_AHEAD } from '@builder-ai/contracts/told-ahead';
import type { Outbox, OutboxRow } from '@builder-ai/platform/outbox';
import type { Redis } from '@builder-ai/platform/redis/redis';

const CHANNEL = TOLD_AHEAD.prefix + TOLD_AHEAD.name;
/** What is larger comes by the feed. */
const MAX_BYTES = 32 * 1024;

/** While Redis is away, nobody is told: nothing waits for it, and nothing is lost. */
export function tellAhead(redis: Pick<Redis, 'run'>, outbox: Pick<Outbox, 'onAdded'>): void {
  outbox.onAdded((rows) => {
    const entries = rows.filter(({ topic }) => topic === 'task.events');
    for (const [taskId, told] of Map.groupBy(entries, ({ key }) => key)) {
      const lastSeq = seqOf(told.at(-1));
      // Nobody watches a task that nobody knows yet.
      if (lastSeq <= 1) continue;
      const payload = formatToldAhead({ taskId, lastSeq, events: told.map(({ event }) => event) });
      if (Buffer.byteLength(payload) > MAX_BYTES) continue;
      redis.run((client) => client.publish(CHANNEL, payload)).catch(() => {});
    }
  });
}

function seqOf(row: OutboxRow | undefined): number {
  const { seq } = JSON.parse(row?.event ?? '{}') as { seq?: number };
  return seq ?? 0;
}
