// What only Kafka has: brokers that go away, consumers that share partitions, topics, a door.
import { eventually } from '@builder-ai/testing/eventually';
import { startTestKafka, type TestKafka } from '@builder-ai/testing/kafka';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bus, BusMessage } from '../../src/bus/bus.ts';
import { newKafkaClient, openKafkaBus } from '../../src/bus/kafka/kafka-bus.ts';
import { createTopics } from '../../src/bus/kafka/kafka-topics.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { PublishRejected } from '../../src/publish-rejected.ts';
import { givenTopics, kafkaSettingsFor } from './given-kafka.ts';

const TOPIC = 'outage';
const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const message = (key: string, n: number): BusMessage => ({ topic: TOPIC, key, value: String(n) });

let kafka: TestKafka;

beforeAll(async () => {
  kafka = await startTestKafka();
}, 60_000);

afterAll(() => kafka.close());

/** What came of each key, repetitions left out. */
function collector() {
  const byKey = new Map<string, number[]>();
  return {
    take: async ({ key, value }: BusMessage) => {
      const numbers = byKey.get(key) ?? [];
      byKey.set(key, numbers);
      if (!numbers.includes(Number(value))) numbers.push(Number(value));
    },
    of: (key: string) => byKey.get(key) ?? [],
  };
}

/** As the outbox relay does: what was not acknowledged is published again, before anything that comes after it. */
async function publishAll(bus: Bus, messages: BusMessage[]): Promise<number> {
  let failures = 0;
  for (const each of messages) {
    await eventually(
      async () =>
        bus.publish([each]).then(
          () => true,
          () => {
            failures += 1;
            return false;
          },
        ),
      60_000,
    );
  }
  return failures;
}

describe('a broker that is killed and comes back', () => {
  test('loses and reorders nothing, and is no error of ours', async () => {
    const errors: unknown[] = [];
    const logger: Logger = { ...silentLogger, error: (text, fields) => errors.push([text, fields]) };
    const topics = await givenTopics([TOPIC], { broker: kafka.broker });
    const bus = topics.openBus({ logger });
    const got = collector();
    await bus.subscribe('first', [TOPIC], got.take);
    const keys = ['a', 'b', 'c', 'd'];
    await publishAll(
      bus,
      upTo(20).flatMap((n) => keys.map((key) => message(key, n))),
    );
    await kafka.kill();
    await expect(bus.check()).rejects.toThrow();
    const publishing = publishAll(
      bus,
      upTo(20).flatMap((n) => keys.map((key) => message(key, 20 + n))),
    );
    await kafka.restart();
    await publishing;
    for (const key of keys) {
      await eventually(() => got.of(key).length === 40, 60_000);
      expect(got.of(key)).toEqual(upTo(40));
    }
    await bus.check();
    await bus.close();
    expect(errors).toEqual([]);
  }, 120_000);

  test('is waited for by a consumer that starts while it is away', async () => {
    const topics = await givenTopics([TOPIC], { broker: kafka.broker });
    const before = topics.openBus();
    await before.publish([message('a', 1)]);
    await before.close();
    await kafka.kill();
    const bus = topics.openBus();
    const got = collector();
    await bus.subscribe('first', [TOPIC], got.take);
    await kafka.restart();
    await eventually(() => got.of('a').length === 1, 60_000);
    await bus.close();
  }, 120_000);

  test('is given up by a publish, which works again by itself when it is back from a pause', async () => {
    const topics = await givenTopics([TOPIC], { broker: kafka.broker });
    const bus = topics.openBus();
    const got = collector();
    await bus.subscribe('first', [TOPIC], got.take);
    await bus.publish([message('a', 1)]);
    kafka.pause();
    await expect(bus.publish([message('a', 2)])).rejects.toThrow();
    kafka.resume();
    await publishAll(bus, [message('a', 2), message('a', 3)]);
    await eventually(() => got.of('a').length === 3, 60_000);
    expect(got.of('a')).toEqual([1, 2, 3]);
    await bus.close();
  }, 120_000);
});

describe('two members of a group', () => {
  test('share the partitions; what one leaves the other has at once, in order', async () => {
    const topics = await givenTopics([TOPIC], { broker: kafka.broker, partitions: 6 });
    const [one, two] = [topics.openBus(), topics.openBus()];
    const [first, second] = [new Set<string>(), new Set<string>()];
    const got = collector();
    const taker = (keys: Set<string>) => (each: BusMessage) => {
      keys.add(each.key);
      return got.take(each);
    };
    const keys = upTo(24).map((n) => `key-${n}`);
    await one.subscribe('first', [TOPIC], taker(first));
    await two.subscribe('first', [TOPIC], taker(second));
    let n = 0;
    const publish = async () => {
      n += 1;
      await one.publish(keys.map((key) => message(key, n)));
    };
    // The second joins in its own time: from then on both get some.
    await eventually(async () => {
      await publish();
      return first.size > 0 && second.size > 0;
    });
    const publisher = topics.openBus();
    await two.close();
    second.clear();
    n += 1;
    await publisher.publish(keys.map((key) => message(key, n)));
    for (const key of keys) {
      await eventually(() => got.of(key).length === n, 20_000);
      expect(got.of(key)).toEqual(upTo(n));
    }
    expect(second.size).toBe(0);
    await Promise.all([one.close(), publisher.close()]);
  }, 60_000);
});

describe('topics', () => {
  test('are never made by a subscribe or a publish; the error names the command that makes them', async () => {
    const settings = kafkaSettingsFor(kafka.broker, 'none');
    const bus = openKafkaBus({ settings, clientId: 'test', logger: silentLogger });
    await expect(bus.subscribe('first', ['not.there'], async () => {})).rejects.toThrow('npm run topics');
    await expect(bus.publish([{ topic: 'not.there', key: 'a', value: '1' }])).rejects.toThrow();
    const admin = newKafkaClient({ settings, clientId: 'test', logger: silentLogger }).admin();
    await admin.connect();
    expect(await admin.listTopics()).not.toContain('not.there');
    await admin.disconnect();
    await bus.close();
  }, 60_000);

  test('are made once, with the settings; another number of partitions is an error', async () => {
    const settings = kafkaSettingsFor(kafka.broker, 'made');
    const client = newKafkaClient({ settings, clientId: 'test', logger: silentLogger });
    const wanted = { partitions: 5, replication: 1, retentionHours: 3 };
    expect(await createTopics(client, ['made.one'], wanted)).toEqual(['made.one']);
    expect(await createTopics(client, ['made.one'], { ...wanted, retentionHours: 4 })).toEqual([]);
    await expect(createTopics(client, ['made.one'], { ...wanted, partitions: 6 })).rejects.toThrow('made.one (5)');
    const admin = client.admin();
    await admin.connect();
    const { resources } = await admin.describeConfigs({
      includeSynonyms: false,
      resources: [{ type: 2, name: 'made.one', configNames: ['retention.ms'] }],
    });
    expect(resources[0]?.configEntries[0]?.configValue).toBe(String(4 * 3_600_000));
    await admin.disconnect();
  }, 60_000);
});

test('a message that the broker will never take is told apart from a broker that is away', async () => {
  const topics = await givenTopics([TOPIC], { broker: kafka.broker });
  const bus = topics.openBus();
  const large = { ...message('a', 1), value: 'x'.repeat(3 * 1024 * 1024) };
  await expect(bus.publish([large])).rejects.toThrow(PublishRejected);
  await bus.publish([message('a', 1)]);
  await bus.close();
}, 60_000);

test('signs in by SASL; a wrong password is told without the password', async () => {
  const topics = await givenTopics([TOPIC], { broker: kafka.broker });
  const sasl = (password: string) => ({
    ...topics.settings,
    KAFKA_BROKERS: kafka.sasl.broker,
    KAFKA_SASL_MECHANISM: 'plain' as const,
    KAFKA_SASL_USERNAME: 'builder',
    KAFKA_SASL_PASSWORD: password,
  });
  const right = openKafkaBus({ settings: sasl(kafka.sasl.password), clientId: 'test', logger: silentLogger });
  await right.check();
  await right.close();
  const wrong = openKafkaBus({ settings: sasl('wrong-password'), clientId: 'test', logger: silentLogger });
  const error = await wrong.check().catch((thrown: Error) => thrown.message);
  expect(error).toMatch(/SASL|authentication/i);
  expect(error).not.toContain('wrong-password');
  await wrong.close();
}, 60_000);
