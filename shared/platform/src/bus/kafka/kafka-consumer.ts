// One consumer of Kafka topics: fetches ahead, hands messages to the handler key by key, and commits the position before
// which everything is done. Nothing is committed that was not handled, so a kill means redelivery, which inboxes forgive.
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, Kafka } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import type { MessageHandler, Subscription, TogetherHandler } from '../bus.ts';
import { holdPartitions } from './held-partitions.ts';
import { isFinal } from './is-final.ts';
import { withTimeLimit } from './time-limit.ts';

export type KafkaConsumerOptions = {
  kafka: Kafka;
  consumer: string;
  groupId: string;
  topics: readonly string[];
  handle: MessageHandler;
  handleTogether?: TogetherHandler | undefined;
  sessionTimeoutMs: number;
  logger: Logger;
  /** The brokers refuse this consumer for a reason that time does not mend. It goes on trying. */
  onCrash: (reason: string) => void;
};

export type KafkaConsumer = Subscription & {
  /** Why it does not consume, when the brokers refuse it for good; undefined again when they have taken it. */
  fault(): string | undefined;
};

// What was handled and not committed comes again after a kill, and the inbox knows it.
const COMMIT_MS = 250;
const COMMIT_LIMIT_MS = 1_500;
const RESTART_MS = { first: 500, most: 5_000 };
const MAX_WAIT_MS = 500;
const CLOSE_LIMIT_MS = 1_500;
// A broker that restarts may break off a sign-in, which looks like a refusal.
const REFUSALS = 3;

/** Resolves when the consumer has joined its group, or when it is clear that it cannot yet: it joins later then. */
export async function startKafkaConsumer(options: KafkaConsumerOptions): Promise<KafkaConsumer> {
  const { consumer, logger, sessionTimeoutMs } = options;
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  const started = Promise.withResolvers<void>();
  let client: Consumer | undefined;
  let memberId: string | undefined;
  let refusals = 0;
  let restartMs = RESTART_MS.first;
  let fault: string | undefined;

  const held = holdPartitions({
    ...options,
    setFetching(topic, number, on) {
      logger.debug(on ? 'A partition is fetched from again' : 'A partition waits: much of it is in hand', {
        consumer,
        topic,
        partition: number,
      });
      const partitions = [{ topic, partitions: [number] }];
      try {
        if (on) client?.resume(partitions);
        else client?.pause(partitions);
      } catch (error) {
        // A client that has crashed fetches nothing, and the next one knows of no pause.
        logger.debug('The client does not run', { error });
      }
    },
  });

  function joined(member: string, assignment: Record<string, number[]>): void {
    // Under another name we were out of the group meanwhile, and somebody else may have gone on with all of them.
    const same = member === memberId;
    memberId = member;
    held.keep((topic, number) => same && assignment[topic]?.includes(number) === true);
    refusals = 0;
    restartMs = RESTART_MS.first;
    fault = undefined;
    started.resolve();
  }

  /** Resolves when this client is of no use any more, with the reason; undefined when the consumer is closed. */
  async function runClient(): Promise<unknown> {
    const made = options.kafka.consumer({
      groupId: options.groupId,
      sessionTimeout: sessionTimeoutMs,
      rebalanceTimeout: Math.max(sessionTimeoutMs, 3_000),
      heartbeatInterval: Math.min(Math.floor(sessionTimeoutMs / 4), 1_000),
      maxWaitTimeInMs: MAX_WAIT_MS,
      minBytes: 1,
      allowAutoTopicCreation: false,
      // Left to itself it would start again after some faults and lie still after others.
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    const crashed = new Promise<unknown>((resolve) => {
      made.on(made.events.CRASH, ({ payload }) => resolve(payload.error));
    });
    made.on(made.events.GROUP_JOIN, ({ payload }) => joined(payload.memberId, payload.memberAssignment));
    client = made;
    const running = start(made).then(
      () => crashed,
      (error: unknown) => error,
    );
    const error = await Promise.race([running, stopped]);
    // The end has its own order: positions are committed before the group is left.
    if (!stop.signal.aborted) await leave(made);
    return error;
  }

  async function start(made: Consumer): Promise<void> {
    await made.connect();
    if (stop.signal.aborted) return leave(made);
    await made.subscribe({ topics: [...options.topics], fromBeginning: true });
    await made.run({
      autoCommit: false,
      eachBatch: async ({ batch }) => {
        if (made === client) held.take(batch.topic, batch.partition, batch.messages);
      },
    });
    if (stop.signal.aborted) await leave(made);
  }

  /** A client whose brokers are away may wait for them for ever. */
  async function leave(made: Consumer): Promise<void> {
    await withTimeLimit(made.disconnect(), CLOSE_LIMIT_MS, 'Kafka is away.').catch(() => {});
  }

  /** One client after the other: whatever one fails of, the next begins afresh. */
  async function keepRunning(): Promise<void> {
    while (!stop.signal.aborted) {
      const error = await runClient();
      if (stop.signal.aborted) return;
      refusals = isFinal(error) ? refusals + 1 : 0;
      if (refusals >= REFUSALS) refuse(error);
      else logger.warn('A consumer waits for its brokers', { consumer, error });
      started.resolve();
      await delay(restartMs, undefined, { signal: stop.signal }).catch(() => {});
      restartMs = Math.min(restartMs * 2, RESTART_MS.most);
    }
  }

  function refuse(error: unknown): void {
    const reason = `The consumer ${consumer} is refused by Kafka: ${(error as Error).message}`;
    if (fault === reason) return;
    fault = reason;
    logger.error('A consumer is refused by its brokers', { consumer, error });
    options.onCrash(reason);
  }

  async function commit(): Promise<void> {
    const { positions, stored } = held.due();
    if (positions.length === 0) return;
    await client?.commitOffsets(positions);
    stored();
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

  const running = keepRunning();
  await started.promise;
  const committing = commitRegularly();
  return {
    fault: () => fault,
    async close() {
      stop.abort();
      // Fetching goes on meanwhile, as it keeps us in the group; what is fetched is not taken in hand any more.
      await held.close();
      await Promise.all([running, committing]);
      await withTimeLimit(commit(), CLOSE_LIMIT_MS, 'Kafka does not answer.').catch((error: unknown) =>
        logger.warn('The last position could not be committed: some messages will come again', { error }),
      );
      if (client) await leave(client);
    },
  };
}
