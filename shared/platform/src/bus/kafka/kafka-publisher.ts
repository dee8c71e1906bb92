// Publishes to Kafka: idempotent, acknowledged by all replicas, one request at a time, so that the order of a key holds.
import kafkajs, { type Kafka, type Producer } from 'kafkajs';
import { PublishRejected } from '../../publish-rejected.ts';
import type { BusMessage } from '../bus.ts';
import { withTimeLimit } from './time-limit.ts';

export type KafkaPublisher = { publish(messages: BusMessage[]): Promise<void>; close(): Promise<void> };

// Node sees no names of a CommonJS module that are spread into its exports.
const { KafkaJSError, KafkaJSProtocolError } = kafkajs;

type Waiting = { messages: BusMessage[]; resolve: () => void; reject: (error: unknown) => void };

/** After this the caller hears that the brokers do not answer; it keeps its messages and comes again. */
const PUBLISH_LIMIT_MS = 10_000;
const CLOSE_LIMIT_MS = 1_000;
const RETRY = { retries: 5, initialRetryTime: 100, maxRetryTime: 1_000 };

// What the brokers refuse and will always refuse.
const REFUSED = new Set(['MESSAGE_TOO_LARGE', 'RECORD_LIST_TOO_LARGE', 'INVALID_RECORD', 'INVALID_TIMESTAMP']);

export function newKafkaPublisher(kafka: Kafka): KafkaPublisher {
  let producer: Promise<Producer> | undefined;
  let waiting: Waiting[] = [];
  let sending: Promise<void> | undefined;
  let closed = false;

  async function connect(): Promise<Producer> {
    const made = kafka.producer({
      idempotent: true,
      maxInFlightRequests: 1,
      allowAutoTopicCreation: false,
      retry: RETRY,
    });
    await made.connect();
    return made;
  }

  /** A producer that failed may have lost count of its sequence numbers: the next publish has a new one. */
  async function renew(): Promise<void> {
    const old = producer;
    producer = undefined;
    await (await old)?.disconnect();
  }

  async function send(messages: BusMessage[]): Promise<void> {
    producer ??= connect();
    const ready = await producer;
    const byTopic = Map.groupBy(messages, (message) => message.topic);
    await ready.sendBatch({
      acks: -1,
      topicMessages: [...byTopic].map(([topic, all]) => ({
        topic,
        messages: all.map(({ key, value }) => ({ key, value })),
      })),
    });
  }

  // One request at a time; those who come meanwhile share the next one.
  async function sendAll(): Promise<void> {
    while (waiting.length > 0) {
      const batch = waiting;
      waiting = [];
      try {
        await withLimit(send(batch.flatMap((entry) => entry.messages)));
        for (const entry of batch) entry.resolve();
      } catch (error) {
        void renew().catch(() => {});
        // Of several callers nobody knows whose message it was: each is told by an attempt of its own.
        if (batch.length > 1 && isRefused(error)) await oneByOne(batch);
        else for (const entry of batch) entry.reject(toFault(error));
      }
    }
    sending = undefined;
  }

  async function oneByOne(batch: Waiting[]): Promise<void> {
    for (const entry of batch) {
      try {
        await withLimit(send(entry.messages));
        entry.resolve();
      } catch (error) {
        void renew().catch(() => {});
        entry.reject(toFault(error));
      }
    }
  }

  return {
    publish(messages) {
      if (messages.length === 0) return Promise.resolve();
      if (closed) return Promise.reject(new Error('The bus is closed.'));
      return new Promise((resolve, reject) => {
        waiting.push({ messages, resolve, reject });
        sending ??= sendAll();
      });
    },
    async close() {
      closed = true;
      await sending;
      await withTimeLimit(renew(), CLOSE_LIMIT_MS, 'Kafka is away.').catch(() => {});
    },
  };
}

const withLimit = (work: Promise<void>) =>
  withTimeLimit(work, PUBLISH_LIMIT_MS, `Kafka did not answer within ${PUBLISH_LIMIT_MS / 1000} s.`);

function isRefused(error: unknown): boolean {
  const cause = error instanceof KafkaJSError && error.cause instanceof KafkaJSProtocolError ? error.cause : error;
  return cause instanceof KafkaJSProtocolError && REFUSED.has(cause.type);
}

function toFault(error: unknown): unknown {
  return isRefused(error) ? new PublishRejected((error as Error).message, { cause: error }) : error;
}
