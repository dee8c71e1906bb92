// One consumer of Kafka topics: fetches ahead, hands messages to the handler key by key, and commits the position before
// which everything is done. Nothing is committed that was not handled, so a kill means redelivery, which inboxes forgive.
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, Kafka } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import type { BusMessage, MessageHandler, Subscription } from '../bus.ts';
import { type KeyQueues, newKeyQueues } from '../key-queues.ts';
import { newPartitionProgress, type PartitionProgress } from './partition-progress.ts';
import { withTimeLimit } from './time-limit.ts';

export type KafkaConsumerOptions = {
  kafka: Kafka;
  consumer: string;
  groupId: string;
  topics: readonly string[];
  handle: MessageHandler;
  sessionTimeoutMs: number;
  logger: Logger;
};

type Fetched = BusMessage & { offset: bigint };
type Partition = {
  topic: string;
  number: number;
  queues: KeyQueues<Fetched>;
  progress: PartitionProgress;
  committed: bigint;
  paused: boolean;
};

/** A partition with more messages in hand is not fetched from until it has half of them. */
const MAX_IN_HAND = 1_000;
const COMMIT_MS = 50;
const COMMIT_LIMIT_MS = 1_500;
const RESTART_MS = { first: 500, most: 5_000 };
const MAX_WAIT_MS = 500;
const CLOSE_LIMIT_MS = 1_500;

/** Resolves when the consumer has joined its group, or when it is clear that the brokers are away: it joins later then. */
export async function startKafkaConsumer(options: KafkaConsumerOptions): Promise<Subscription> {
  const { logger, sessionTimeoutMs } = options;
  const partitions = new Map<string, Partition>();
  const stop = new AbortController();
  let client: Consumer | undefined;
  let memberId: string | undefined;
  let restarting: Promise<void> | undefined;

  function open(): Consumer {
    const made = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.max(sessionTimeoutMs, 3_000),
      heartbeatInterval: Math.min(Math.floor(sessionTimeoutMs / 4), 1_000),
      maxWaitTimeInMs: MAX_WAIT_MS,
      minBytes: 1,
      allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    made.on(made.events.GROUP_JOIN, ({ payload }) => keepAssigned(payload.memberId, payload.memberAssignment));
    // It would go on living and consume nothing: it is made anew instead.
    made.on(made.events.CRASH, ({ payload }) => {
      logger.warn('A consumer lost its brokers and starts again', { consumer: options.consumer, error: payload.error });
      void restart();
    });
    return made;
  }

  /** What is in hand of partitions that stay with us goes on; what another member has now is dropped. */
  function keepAssigned(member: string, assignment: Record<string, number[]>): void {
    // Under another name we were out of the group meanwhile, and somebody else may have gone on with all of them.
    const same = member === memberId;
    memberId = member;
    for (const [id, partition] of partitions) {
      if (same && assignment[partition.topic]?.includes(partition.number)) continue;
      partitions.delete(id);
      void partition.queues.close();
    }
  }

  function partitionOf(topic: string, number: number): Partition {
    const id = `${topic} ${number}`;
    const known = partitions.get(id);
    if (known) return known;
    const progress = newPartitionProgress();
    const queues = newKeyQueues<Fetched>({
      ...options,
      done({ offset }) {
        progress.done(offset);
        if (made.paused && queues.size() < MAX_IN_HAND / 2) resume(made);
      },
    });
    const made: Partition = { topic, number, queues, progress, committed: -1n, paused: false };
    partitions.set(id, made);
    // It may have been paused when it was ours before.
    client?.resume([{ topic, partitions: [number] }]);
    return made;
  }

  function resume(partition: Partition): void {
    partition.paused = false;
    client?.resume([{ topic: partition.topic, partitions: [partition.number] }]);
  }

  function take(
    topic: string,
    number: number,
    messages: readonly { offset: string; key: Buffer | null; value: Buffer | null }[],
  ) {
    const partition = partitionOf(topic, number);
    for (const { offset, key, value } of messages) {
      const position = BigInt(offset);
      if (!partition.progress.add(position)) continue;
      partition.queues.add({ topic, key: String(key ?? ''), value: String(value ?? ''), offset: position });
    }
    if (partition.queues.size() < MAX_IN_HAND) return;
    partition.paused = true;
    client?.pause([{ topic, partitions: [number] }]);
  }

  async function commit(): Promise<void> {
    const due = [...partitions.values()].flatMap((partition) => {
      const position = partition.progress.position();
      return position !== undefined && position > partition.committed ? [{ partition, position }] : [];
    });
    if (due.length === 0) return;
    await client?.commitOffsets(
      due.map(({ partition: { topic, number }, position }) => ({
        topic,
        partition: number,
        offset: String(position),
      })),
    );
    for (const { partition, position } of due) partition.committed = position;
  }

  async function commitRegularly(): Promise<void> {
    while (!stop.signal.aborted) {
      await delay(COMMIT_MS, undefined, { signal: stop.signal }).catch(() => {});
      // In the middle of a rebalance the group takes no commits: the next one says the same, or more.
      await withTimeLimit(commit(), COMMIT_LIMIT_MS, 'Kafka does not answer.').catch((error: unknown) =>
        logger.debug('A position could not be committed yet', { error }),
      );
    }
  }

  async function run(): Promise<void> {
    client = open();
    await client.connect();
    await client.subscribe({ topics: [...options.topics], fromBeginning: true });
    await client.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => take(batch.topic, batch.partition, batch.messages),
    });
  }

  /** A client whose brokers are away may wait for them for ever. */
  async function leave(): Promise<void> {
    if (client) await withTimeLimit(client.disconnect(), CLOSE_LIMIT_MS, 'Kafka is away.').catch(() => {});
  }

  function restart(): Promise<void> {
    restarting ??= runAgain().finally(() => {
      restarting = undefined;
    });
    return restarting;
  }

  async function runAgain(): Promise<void> {
    for (let pause = RESTART_MS.first; !stop.signal.aborted; pause = Math.min(pause * 2, RESTART_MS.most)) {
      await leave();
      await delay(pause, undefined, { signal: stop.signal }).catch(() => {});
      if (stop.signal.aborted) return;
      try {
        await run();
        return;
      } catch (error) {
        logger.warn('A consumer waits for its brokers', { consumer: options.consumer, error });
      }
    }
  }

  await run().catch((error: unknown) => {
    logger.warn('A consumer waits for its brokers', { consumer: options.consumer, error });
    void restart();
  });
  const committing = commitRegularly();
  return {
    async close() {
      stop.abort();
      // Fetching goes on meanwhile, as it keeps us in the group; what is fetched is not taken in hand any more.
      await Promise.all([...partitions.values()].map(({ queues }) => queues.close()));
      await restarting;
      await committing;
      await withTimeLimit(commit(), CLOSE_LIMIT_MS, 'Kafka does not answer.').catch((error: unknown) =>
        logger.warn('The last position could not be committed: some messages will come again', { error }),
      );
      await leave();
    },
  };
}
