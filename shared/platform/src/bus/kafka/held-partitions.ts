// The messages that a consumer has in hand, partition by partition: which are done, and when it is time to fetch no more.
import type { Logger } from '../../logger.ts';
import type { BusMessage, MessageHandler, TogetherHandler } from '../bus.ts';
import { newKeyQueues } from '../key-queues.ts';
import { newPartitionProgress, type PartitionProgress } from './partition-progress.ts';

export type FetchedMessage = { offset: string; key: Buffer | null; value: Buffer | null };
export type Position = { topic: string; partition: number; offset: string };

export type HeldPartitions = {
  take(topic: string, number: number, messages: readonly FetchedMessage[]): void;
  /** What is in hand of these partitions goes on; that of others is forgotten, another member has them now. */
  keep(isOurs: (topic: string, number: number) => boolean): void;
  /** Positions that are further than when they were last stored; tell `stored` when they are. */
  due(): { positions: Position[]; stored(): void };
  /** No handler begins any more; waits for those that run. What is taken afterwards is not handled. */
  close(): Promise<void>;
};

export type HeldPartitionsOptions = {
  consumer: string;
  handle: MessageHandler;
  handleTogether?: TogetherHandler | undefined;
  logger: Logger;
  /** Says whether a partition is to be fetched from. */
  setFetching(topic: string, number: number, on: boolean): void;
};

type Partition = {
  topic: string;
  number: number;
  progress: PartitionProgress;
  /** What the group is known to have stored; before that, where we began. */
  committed: bigint;
  weight: number;
  full: boolean;
};
type Fetched = BusMessage & { offset: bigint; partition: Partition };

// A partition with more in hand is not fetched from until it has half of that. So one key whose handler fails holds up
// other keys only when this much of its partition waits: about 8,000 events of usual size, fewer large ones.
const MOST_IN_HAND = 8 * 1024 * 1024;
/** What a message costs besides its text. */
const OVERHEAD = 512;
const weightOf = ({ value }: BusMessage) => value.length + OVERHEAD;

export function holdPartitions(options: HeldPartitionsOptions): HeldPartitions {
  const partitions = new Map<string, Partition>();
  const queues = newKeyQueues<Fetched>({
    ...options,
    done(message) {
      const { partition } = message;
      partition.progress.done(message.offset);
      partition.weight -= weightOf(message);
      if (partition.full && partition.weight < MOST_IN_HAND / 2) setFull(partition, false);
    },
  });

  function setFull(partition: Partition, full: boolean): void {
    if (partition.full === full) return;
    partition.full = full;
    options.setFetching(partition.topic, partition.number, !full);
  }

  function partitionAt(topic: string, number: number, first: bigint): Partition {
    const id = `${topic} ${number}`;
    const known = partitions.get(id);
    // Before what was stored: the brokers lost the end of the log, and its numbers are given once more.
    if (known && first >= known.committed) return known;
    if (known) forget(id, known);
    const made = { topic, number, progress: newPartitionProgress(), committed: first, weight: 0, full: false };
    partitions.set(id, made);
    return made;
  }

  function forget(id: string, partition: Partition): void {
    partitions.delete(id);
    queues.drop((message) => message.partition === partition);
    // It may become ours again, and the client would remember.
    setFull(partition, false);
  }

  return {
    take(topic, number, messages) {
      const [first] = messages;
      if (!first) return;
      const partition = partitionAt(topic, number, BigInt(first.offset));
      const added: Fetched[] = [];
      for (const { offset, key, value } of messages) {
        const position = BigInt(offset);
        if (!partition.progress.add(position)) continue;
        const text = { topic, key: String(key ?? ''), value: String(value ?? '') };
        partition.weight += weightOf(text);
        added.push({ ...text, offset: position, partition });
      }
      queues.add(...added);
      if (partition.weight >= MOST_IN_HAND) setFull(partition, true);
    },
    keep(isOurs) {
      for (const [id, partition] of partitions) if (!isOurs(partition.topic, partition.number)) forget(id, partition);
    },
    due() {
      const further = [...partitions.values()].flatMap((partition) => {
        const position = partition.progress.position();
        return position !== undefined && position > partition.committed ? [{ partition, position }] : [];
      });
      return {
        positions: further.map(({ partition: { topic, number }, position }) => ({
          topic,
          partition: number,
          offset: String(position),
        })),
        stored() {
          for (const { partition, position } of further) partition.committed = position;
        },
      };
    },
    close: queues.close,
  };
}
