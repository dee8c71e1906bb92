// Tells of events by Redis as soon as they are committed, beside the outbox. Best effort: whatever is not told, or not heard,
// comes by the bus.
import type { Topic } from '@builder-ai/contracts/topics';
import type { Outbox, OutboxRow } from '../outbox.ts';
import type { Redis } from '../redis/redis.ts';
import { tell } from '../redis/tell.ts';

export type TellCommittedOptions = {
  redis: Pick<Redis, 'run' | 'isHere'>;
  outbox: Pick<Outbox, 'onAdded'>;
  topic: Topic;
  channel: string;
  /** @param rows of one key, that were committed together, in order */
  toText(key: string, rows: readonly OutboxRow[]): string;
};

/**
 * All but the first event of each key, which nobody waits for yet. While Redis is away, nobody is told: nothing waits for it.
 * @returns whether an event is told of
 */
export function tellCommitted({
  redis,
  outbox,
  topic,
  channel,
  toText,
}: TellCommittedOptions): (row: OutboxRow) => boolean {
  const isTold = (row: OutboxRow) => row.topic === topic && row.no > 1 && redis.isHere();
  outbox.onAdded((rows) => {
    const told = rows.filter(isTold).sort((one, other) => one.no - other.no);
    for (const [key, ofKey] of Map.groupBy(told, (row) => row.key)) tell(redis, channel, toText(key, ofKey));
  });
  return isTold;
}
