// Broadcasts on Kafka: each process that listens is a consumer group of its own, which begins at the end and keeps no position.
import { setTimeout as delay } from 'node:timers/promises';
import type { Consumer, Kafka, Producer } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import { newId } from '../../new-id.ts';
import { newBroadcasts } from '../broadcasts.ts';
import type { Bus, BusMessage, Subscription } from '../bus.ts';
import { withTimeLimit } from './time-limit.ts';

export type KafkaBroadcast = Pick<Bus, 'broadcast' | 'listen'> & { close(): Promise<void> };

/** More are not kept for brokers that are away or slow. */
const MAX_WAITING = 1_000;
const RETRY_MS = 1_000;
const MAX_WAIT_MS = 500;
const CLOSE_LIMIT_MS = 1_500;

/** @param groupPrefix the groups' names are made from it and an id of this process */
export function newKafkaBroadcast(kafka: Kafka, groupPrefix: string, logger: Logger): KafkaBroadcast {
  const stop = new AbortController();
  const listening = new Set<Subscription>();
  let producer: Promise<Producer> | undefined;
  let waiting: BusMessage[] = [];
  let sending: Promise<void> | undefined;

  // Apart from the publisher, so that nothing durable ever waits for these; one leader's word is enough for them.
  async function connect(): Promise<Producer> {
    const made = kafka.producer({ allowAutoTopicCreation: false, maxInFlightRequests: 1, retry: { retries: 0 } });
    await made.connect();
    return made;
  }

  async function sendAll(): Promise<void> {
    while (waiting.length > 0 && !stop.signal.aborted) {
      const batch = waiting;
      waiting = [];
      producer ??= connect();
      const asked = producer;
      try {
        const byTopic = Map.groupBy(batch, ({ topic }) => topic);
        const topicMessages = [...byTopic].map(([topic, messages]) => ({ topic, messages }));
        await (await asked).sendBatch({ acks: 1, topicMessages });
      } catch (error) {
        logger.debug('A broadcast is lost', { error });
        producer = undefined;
        void asked.then((made) => made.disconnect()).catch(() => {});
        await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
      }
    }
    sending = undefined;
  }

  return {
    broadcast(message) {
      if (stop.signal.aborted || waiting.length >= MAX_WAITING) return;
      waiting.push(message);
      sending ??= sendAll();
    },
    listen(topic, listener) {
      const subscription = startListening({ kafka, groupPrefix, topic, logger, listener });
      listening.add(subscription);
      return {
        close() {
          listening.delete(subscription);
          return subscription.close();
        },
      };
    },
    async close() {
      stop.abort();
      await sending;
      await Promise.all([...listening].map((each) => each.close()));
      const made = producer?.then((each) => each.disconnect());
      if (made) await withTimeLimit(made, CLOSE_LIMIT_MS, 'Kafka is away.').catch(() => {});
    },
  };
}

type Listening = {
  kafka: Kafka;
  groupPrefix: string;
  topic: string;
  logger: Logger;
  listener: (message: BusMessage) => void;
};

function startListening({ kafka, groupPrefix, topic, logger, listener }: Listening): Subscription {
  const stop = new AbortController();
  const stopped = new Promise<void>((resolve) => stop.signal.addEventListener('abort', () => resolve()));
  const groupId = `${groupPrefix}broadcast.${newId()}`;
  const { tell, listen } = newBroadcasts(logger);
  listen(topic, listener);

  /** Resolves when this client is of no use any more, or is to end. */
  async function runClient(): Promise<void> {
    const consumer: Consumer = kafka.consumer({
      groupId,
      maxWaitTimeInMs: MAX_WAIT_MS,
      allowAutoTopicCreation: false,
      retry: { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000, restartOnFailure: async () => false },
    });
    const crashed = new Promise<void>((resolve) => {
      consumer.on(consumer.events.CRASH, () => resolve());
    });
    try {
      await consumer.connect();
      await consumer.subscribe({ topics: [topic], fromBeginning: false });
      await consumer.run({
        autoCommit: false,
        eachMessage: async ({ message: { key, value } }) =>
          tell({ topic, key: key?.toString('utf8') ?? '', value: value?.toString('utf8') ?? '' }),
      });
      await Promise.race([crashed, stopped]);
    } catch (error) {
      logger.debug('Broadcasts cannot be heard yet', { topic, error });
    }
    await withTimeLimit(consumer.disconnect(), CLOSE_LIMIT_MS, 'Kafka is away.').catch(() => {});
  }

  async function keepRunning(): Promise<void> {
    while (!stop.signal.aborted) {
      await Promise.race([runClient(), stopped]);
      await delay(RETRY_MS, undefined, { signal: stop.signal }).catch(() => {});
    }
  }

  const running = keepRunning();
  return {
    async close() {
      stop.abort();
      await running;
    },
  };
}
