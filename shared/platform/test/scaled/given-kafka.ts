// Kafka as the tests of this folder use it: topics of their own on the test run's broker, and connections that can be cut.
import { randomBytes } from 'node:crypto';
import { connect, type Socket } from 'node:net';
import type { ISocketFactory } from 'kafkajs';
import type { Bus, BusMessage } from '../../src/bus/bus.ts';
import { type KafkaBusOptions, newKafkaClient, openKafkaBus } from '../../src/bus/kafka/kafka-bus.ts';
import type { KafkaSettings } from '../../src/bus/kafka/kafka-settings.ts';
import { createTopics } from '../../src/bus/kafka/kafka-topics.ts';
import { silentLogger } from '../../src/logger.ts';

export function testBroker(): string {
  const broker = process.env.TEST_KAFKA_BROKERS;
  if (!broker) throw new Error('Run this by `npm test`, or by `node scripts/test.mjs scaled`.');
  return broker;
}

/** Short time-outs, so that a killed consumer is noticed while the test waits. */
export function kafkaSettingsFor(broker: string, prefix: string): KafkaSettings {
  return {
    KAFKA_BROKERS: broker,
    KAFKA_SSL: false,
    KAFKA_GROUP_PREFIX: `${prefix}.`,
    KAFKA_SESSION_TIMEOUT_MS: 1_500,
  };
}

/** Connections of one client, which can be cut for good: for the brokers that looks as if its process were killed. */
export function newConnections(): { socketFactory: ISocketFactory; cut(): void } {
  const sockets = new Set<Socket>();
  let isCut = false;
  return {
    socketFactory({ host, port, onConnect }) {
      const socket = connect({ host, port: isCut ? 1 : port }, onConnect);
      sockets.add(socket);
      socket.on('close', () => sockets.delete(socket));
      return socket;
    },
    cut() {
      isCut = true;
      for (const socket of sockets) socket.destroy();
    },
  };
}

/** Connections of which the first few break when they ask to join a group (https://kafka.apache.org/protocol, key 11). */
export function breakJoins(times: number): ISocketFactory {
  const JOIN_GROUP = 11;
  let left = times;
  return ({ host, port, onConnect }) => {
    const socket = connect({ host, port }, onConnect);
    const write = socket.write.bind(socket);
    // A request begins with its length, in four bytes, and its key.
    socket.write = (request: Buffer, ...rest: unknown[]) => {
      if (left === 0 || request.readInt16BE(4) !== JOIN_GROUP) return Reflect.apply(write, socket, [request, ...rest]);
      left -= 1;
      socket.destroy(new Error('cut'));
      return false;
    };
    return socket;
  };
}

/** What came of each key, repetitions left out: delivery is at least once. */
export function collector() {
  const byKey = new Map<string, number[]>();
  return {
    take: async ({ key, value }: BusMessage) => {
      const numbers = byKey.get(key) ?? [];
      byKey.set(key, numbers);
      if (!numbers.includes(Number.parseInt(value, 10))) numbers.push(Number.parseInt(value, 10));
    },
    of: (key: string) => byKey.get(key) ?? [],
  };
}

export const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

export type GivenTopics = {
  /** A bus on which the topics have the names that they were asked for. */
  openBus(options?: Partial<KafkaBusOptions>): Bus;
  /** What a consumer has committed of a topic's first partition; '-1' is nothing yet. */
  readCommitted(consumer: string, topic: string): Promise<string | undefined>;
  settings: KafkaSettings;
};

/** Topics of these names, under a prefix of their own, on a broker. */
export async function givenTopics(
  topics: readonly string[],
  { partitions = 3, broker = testBroker() } = {},
): Promise<GivenTopics> {
  const prefix = randomBytes(6).toString('hex');
  const settings = kafkaSettingsFor(broker, prefix);
  const toName = (topic: string) => `${prefix}.${topic}`;
  const toTopic = (name: string) => name.slice(prefix.length + 1);
  const client = newKafkaClient({ settings, clientId: 'topics', logger: silentLogger });
  await createTopics(client, topics.map(toName), { partitions, replication: 1, retentionHours: 1 });
  return {
    settings,
    async readCommitted(consumer, topic) {
      const admin = client.admin();
      await admin.connect();
      const [found] = await admin.fetchOffsets({ groupId: `${prefix}.${consumer}`, topics: [toName(topic)] });
      await admin.disconnect();
      return found?.partitions.find(({ partition }) => partition === 0)?.offset;
    },
    openBus(options = {}) {
      const bus = openKafkaBus({ settings, clientId: 'test', logger: silentLogger, ...options });
      const named = (messages: BusMessage[]) => messages.map((item) => ({ ...item, topic: toName(item.topic) }));
      const unnamed = (message: BusMessage) => ({ ...message, topic: toTopic(message.topic) });
      return {
        ...bus,
        publish: (messages) => bus.publish(named(messages)),
        broadcast: (message) => bus.broadcast({ ...message, topic: toName(message.topic) }),
        listen: (topic, listener) => bus.listen(toName(topic), (message) => listener(unnamed(message))),
        lag: async (consumer, names) =>
          (await bus.lag(consumer, names.map(toName))).map((lag) => ({ ...lag, topic: toTopic(lag.topic) })),
        subscribe: (consumer, names, handle, handleTogether) =>
          bus.subscribe(
            consumer,
            names.map(toName),
            (message, behind) => handle(unnamed(message), behind.map(unnamed)),
            handleTogether && ((bursts) => handleTogether(bursts.map((burst) => burst.map(unnamed)))),
          ),
      };
    },
  };
}
