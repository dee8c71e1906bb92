// Topics of Kafka are made by an explicit step and by nothing else.
import { eventually } from '@builder-ai/testing/eventually';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import type { Admin } from 'kafkajs';
import { newKafkaClient, openKafkaBus } from '../../src/bus/kafka/kafka-bus.ts';
import { createTopics } from '../../src/bus/kafka/kafka-topics.ts';
import { silentLogger } from '../../src/logger.ts';
import { kafkaSettingsFor, testBroker } from './given-kafka.ts';

const settings = kafkaSettingsFor(testBroker(), 'topics-test');
const client = newKafkaClient({ settings, clientId: 'test', logger: silentLogger });
const wanted = { partitions: 5, replication: 1, retentionHours: 3 };
const HOUR_MS = 3_600_000;

let admin: Admin;

beforeAll(async () => {
  admin = client.admin();
  await admin.connect();
});

afterAll(() => admin.disconnect());

async function settingOf(topic: string, name: string): Promise<string | undefined> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: [{ type: 2, name: topic, configNames: [name] }],
  });
  return resources[0]?.configEntries[0]?.configValue;
}

test('a subscribe or a publish makes no topic; the error names the command that does', async () => {
  const bus = openKafkaBus({ settings, clientId: 'test', logger: silentLogger });
  await expect(bus.subscribe('first', ['not.there'], async () => {})).rejects.toThrow('npm run topics');
  await expect(bus.publish([{ topic: 'not.there', key: 'a', value: '1' }])).rejects.toThrow();
  expect(await admin.listTopics()).not.toContain('not.there');
  await bus.close();
});

test('a topic that keeps its events for longer than the inbox remembers them is not read; the error says what to do', async () => {
  const hours = 3;
  const bus = openKafkaBus({ settings, clientId: 'test', logger: silentLogger, inboxHours: hours });
  const configEntries = (value: string) => [{ name: 'retention.ms', value }];
  for (const value of [String(hours * HOUR_MS + 1), '-1']) {
    await createTopics(client, ['long'], wanted);
    await admin.alterConfigs({
      validateOnly: false,
      resources: [{ type: 2, name: 'long', configEntries: configEntries(value) }],
    });
    await eventually(async () => (await settingOf('long', 'retention.ms')) === value);
    await expect(bus.subscribe('first', ['long'], async () => {})).rejects.toThrow(
      /long for longer than the 3 hours of INBOX_RETENTION_HOURS.*npm run topics/,
    );
  }
  await createTopics(client, ['long'], wanted);
  await eventually(async () => (await settingOf('long', 'retention.ms')) === String(hours * HOUR_MS));
  await (await bus.subscribe('first', ['long'], async () => {})).close();
  await bus.close();
});

test('topics that are missing are made with the settings, those that are there are not made again', async () => {
  expect(await createTopics(client, ['made.one'], wanted)).toEqual(['made.one']);
  expect(await createTopics(client, ['made.one', 'made.two'], wanted)).toEqual(['made.two']);
  const { topics } = await admin.fetchTopicMetadata({ topics: ['made.one'] });
  expect(topics[0]?.partitions.length).toBe(5);
  expect(await settingOf('made.one', 'retention.ms')).toBe(String(3 * HOUR_MS));
});

test('a topic with another number of partitions is an error that says which, and stays as it is', async () => {
  await createTopics(client, ['other'], wanted);
  await expect(createTopics(client, ['other'], { ...wanted, partitions: 6 })).rejects.toThrow(
    /KAFKA_TOPIC_PARTITIONS: other \(5\).*order/,
  );
  const { topics } = await admin.fetchTopicMetadata({ topics: ['other'] });
  expect(topics[0]?.partitions.length).toBe(5);
});

test('a new retention is set on a topic that is there; what its operator has set besides stays', async () => {
  await createTopics(client, ['kept'], wanted);
  const configEntries = [{ name: 'max.message.bytes', value: '2000000' }];
  await admin.alterConfigs({ validateOnly: false, resources: [{ type: 2, name: 'kept', configEntries }] });
  // The broker answers before it shows what it was told.
  await eventually(async () => (await settingOf('kept', 'max.message.bytes')) === '2000000');
  await createTopics(client, ['kept'], { ...wanted, retentionHours: 4 });
  await eventually(async () => (await settingOf('kept', 'retention.ms')) === String(4 * HOUR_MS));
  expect(await settingOf('kept', 'retention.ms')).toBe(String(4 * HOUR_MS));
  expect(await settingOf('kept', 'max.message.bytes')).toBe('2000000');
});
