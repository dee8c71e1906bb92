// The bus on Apache Kafka: a topic per topic, the key decides the partition, a consumer group per consumer.
import { type Admin, Kafka, type KafkaConfig, logLevel } from 'kafkajs';
import type { Logger } from '../../logger.ts';
import type { Bus, Subscription } from '../bus.ts';
import { readLag } from './consumer-lag.ts';
import { isFinal } from './is-final.ts';
import { newKafkaBroadcast } from './kafka-broadcast.ts';
import { type KafkaConsumer, startKafkaConsumer } from './kafka-consumer.ts';
import { toKafkaLogger } from './kafka-logger.ts';
import { newKafkaPublisher } from './kafka-publisher.ts';
import { type KafkaSettings, toConnection } from './kafka-settings.ts';
import { findLongerKept, findMissingTopics } from './kafka-topics.ts';
import { quietRequestQueue } from './quiet-request-queue.ts';
import { withTimeLimit } from './time-limit.ts';

const CONNECTION_TIMEOUT_MS = 2_000;
const REQUEST_TIMEOUT_MS = 5_000;
const CHECK_TIMEOUT_MS = 1_500;

export type KafkaClientOptions = {
  settings: KafkaSettings;
  /** Shown in the brokers' logs. */
  clientId: string;
  logger: Logger;
  /** How connections are made; Node's own sockets unless somebody wants to cut them. */
  socketFactory?: KafkaConfig['socketFactory'];
};

export function newKafkaClient({ settings, clientId, logger, socketFactory }: KafkaClientOptions): Kafka {
  quietRequestQueue();
  return new Kafka({
    clientId,
    ...toConnection(settings),
    connectionTimeout: CONNECTION_TIMEOUT_MS,
    requestTimeout: REQUEST_TIMEOUT_MS,
    enforceRequestTimeout: true,
    retry: { retries: 3, initialRetryTime: 100, maxRetryTime: 1_000 },
    logLevel: logLevel.WARN,
    logCreator: toKafkaLogger(logger),
    ...(socketFactory && { socketFactory }),
  });
}

export type KafkaBusOptions = KafkaClientOptions & {
  /** How long consumers remember what has come: topics that keep events for longer are refused. By default for ever. */
  inboxHours?: number;
  /**
   * A consumer is refused by the brokers for a reason that time does not mend: the process is of no use like this, and
   * its liveness should say so. The consumer goes on trying, and `check` throws the reason until it is taken.
   */
  onCrash?: (reason: string) => void;
};

/**
 * Opens the bus. Brokers that are away are waited for: publishes fail until they are back, consumers join then.
 * `subscribe` throws when a topic is missing, which `npm run topics` makes, when one keeps its events for longer than it
 * may, and when the brokers do not let us in.
 */
export function openKafkaBus(options: KafkaBusOptions): Bus {
  const { settings, logger, onCrash = () => {}, inboxHours = Number.POSITIVE_INFINITY } = options;
  const kafka = newKafkaClient(options);
  const publisher = newKafkaPublisher(kafka);
  const broadcasts = newKafkaBroadcast(kafka, settings.KAFKA_GROUP_PREFIX, logger);
  const consumers = new Set<KafkaConsumer>();
  let admin: Promise<Admin> | undefined;
  let closed = false;

  async function openAdmin(): Promise<Admin> {
    const made = kafka.admin({ retry: { retries: 0 } });
    await made.connect();
    return made;
  }

  /** One connection is kept for questions; after a fault the next question makes a new one. */
  async function ask<T>(question: (admin: Admin) => Promise<T>): Promise<T> {
    if (closed) throw new Error('The bus is closed.');
    admin ??= openAdmin();
    const asked = admin;
    try {
      return await question(await asked);
    } catch (error) {
      if (admin === asked) admin = undefined;
      void asked.then((made) => made.disconnect()).catch(() => {});
      throw error;
    }
  }

  /** @throws Error that says what to do */
  async function checkTopics(topics: readonly string[]): Promise<void> {
    const unasked = (error: unknown) => {
      if (isFinal(error)) throw error;
      logger.warn('Kafka does not answer: its topics are not checked', { error });
      return [];
    };
    const missing = await ask((made) => findMissingTopics(made, topics)).catch(unasked);
    if (missing.length > 0)
      throw new Error(`Kafka has no topic ${missing.join(', ')}: make the topics with \`npm run topics\`.`);
    const longer = await ask((made) => findLongerKept(made, topics, inboxHours)).catch(unasked);
    if (longer.length > 0)
      throw new Error(
        `Kafka keeps ${longer.join(', ')} for longer than the ${inboxHours} hours of INBOX_RETENTION_HOURS: an event could ` +
          'come again after it was forgotten here. Raise that, or set KAFKA_TOPIC_RETENTION_HOURS by `npm run topics`.',
      );
  }

  return {
    name: 'kafka',
    publish: publisher.publish,
    async subscribe(consumer, topics, handle, handleTogether): Promise<Subscription> {
      await checkTopics(topics);
      const { KAFKA_GROUP_PREFIX: prefix, KAFKA_SESSION_TIMEOUT_MS: sessionTimeoutMs } = settings;
      const groupId = `${prefix}${consumer}`;
      const started = await startKafkaConsumer({
        kafka,
        consumer,
        groupId,
        topics,
        handle,
        handleTogether,
        sessionTimeoutMs,
        logger,
        onCrash,
      });
      consumers.add(started);
      return {
        close() {
          consumers.delete(started);
          return started.close();
        },
      };
    },
    broadcast: broadcasts.broadcast,
    listen: broadcasts.listen,
    lag: (consumer, topics) =>
      withTimeLimit(
        ask((made) => readLag(made, `${settings.KAFKA_GROUP_PREFIX}${consumer}`, topics)),
        CHECK_TIMEOUT_MS,
        'Kafka does not answer.',
      ),
    async check() {
      await withTimeLimit(
        ask((made) => made.describeCluster()),
        CHECK_TIMEOUT_MS,
        'Kafka does not answer.',
      );
      for (const each of consumers) {
        const fault = each.fault();
        if (fault) throw new Error(fault);
      }
    },
    async close() {
      await Promise.all([...consumers].map((consumer) => consumer.close()));
      closed = true;
      await broadcasts.close();
      await publisher.close();
      const opened = admin?.then((made) => made.disconnect());
      if (opened) await withTimeLimit(opened, CHECK_TIMEOUT_MS, 'Kafka is away.').catch(() => {});
    },
  };
}
