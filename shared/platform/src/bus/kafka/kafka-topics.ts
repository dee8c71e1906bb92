// Topics are made by an explicit step, never by a publish or a subscribe.
import { setTimeout as delay } from 'node:timers/promises';
import { STREAM_RETENTION_HOURS, STREAM_TOPIC } from '@builder-ai/contracts/topics';
import kafkajs, { type Admin, type Kafka } from 'kafkajs';

export type TopicSettings = { partitions: number; replication: number; retentionHours: number };

/** Names that the brokers do not have. @throws when the brokers cannot be reached */
export async function findMissingTopics(admin: Admin, topics: readonly string[]): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  return topics.filter((topic) => !there.has(topic));
}

/**
 * Topics that keep their events for longer than consumers remember which have come: an old one could be applied again.
 * @throws when the brokers cannot be reached, or do not tell
 */
export async function findLongerKept(admin: Admin, topics: readonly string[], hours: number): Promise<string[]> {
  if (hours === Number.POSITIVE_INFINITY) return [];
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC, name, configNames: [RETENTION] })),
  });
  const isLonger = (value: string) => Number(value) < 0 || Number(value) > hours * 3_600_000;
  return resources
    .filter(({ configEntries }) => configEntries.some(({ configValue }) => isLonger(configValue)))
    .map(({ resourceName }) => resourceName);
}

/**
 * Makes the topics that are missing, and sets how long all of them keep their events; other settings of a topic that is
 * there stay as its operator has set them.
 * @returns the names of those that were made
 * @throws Error when a topic has another number of partitions: more of them would send a task's later events elsewhere
 *   than its earlier ones, out of order
 */
export async function createTopics(
  kafka: Kafka,
  topics: readonly string[],
  settings: TopicSettings,
): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const missing = await findMissingTopics(admin, topics);
    await makeTopics(admin, missing, settings);
    await waitForLeaders(admin, missing);
    await checkPartitions(admin, topics, settings.partitions);
    await setRetention(admin, topics, settings);
    return missing;
  } finally {
    await admin.disconnect();
  }
}

const RETENTION = 'retention.ms';
const toRetentionMs = (topic: string, { retentionHours }: TopicSettings) =>
  String((topic === STREAM_TOPIC ? STREAM_RETENTION_HOURS : retentionHours) * 3_600_000);

// Numbers of Kafka's protocol (https://kafka.apache.org/protocol): a resource that is a topic, a setting that was made
// on the topic itself.
const TOPIC = 2;
const SET_ON_TOPIC = 1;

async function makeTopics(admin: Admin, topics: readonly string[], settings: TopicSettings): Promise<void> {
  const { partitions, replication } = settings;
  await admin.createTopics({
    // Its own waiting takes a broker that has not heard of the topic yet for one that never will.
    waitForLeaders: false,
    topics: topics.map((topic) => ({
      topic,
      numPartitions: partitions,
      replicationFactor: replication,
      configEntries: [
        { name: RETENTION, value: toRetentionMs(topic, settings) },
        // Or one copy would do for an event to count as published, and be lost with its broker.
        { name: 'min.insync.replicas', value: String(replication > 2 ? 2 : 1) },
      ],
    })),
  });
}

const LEADERS_LIMIT_MS = 30_000;
const POLL_MS = 100;
const NOT_YET = new Set(['UNKNOWN_TOPIC_OR_PARTITION', 'LEADER_NOT_AVAILABLE']);

/** A topic that was just made is known to the brokers one after the other. */
async function waitForLeaders(admin: Admin, topics: readonly string[]): Promise<void> {
  const deadline = performance.now() + LEADERS_LIMIT_MS;
  while (topics.length > 0) {
    if (performance.now() > deadline) throw new Error(`The brokers have no leader yet for: ${topics.join(', ')}.`);
    try {
      const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
      if (found.every(({ partitions }) => partitions.every(({ leader }) => leader >= 0))) return;
    } catch (error) {
      const isNotYet = error instanceof kafkajs.KafkaJSProtocolError && NOT_YET.has(error.type);
      if (!isNotYet) throw error;
    }
    await delay(POLL_MS);
  }
}

async function checkPartitions(admin: Admin, topics: readonly string[], partitions: number): Promise<void> {
  const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
  const other = found.filter((topic) => topic.partitions.length !== partitions);
  if (other.length === 0) return;
  const list = other.map((topic) => `${topic.name} (${topic.partitions.length})`).join(', ');
  throw new Error(
    `These topics do not have the ${partitions} partitions of KAFKA_TOPIC_PARTITIONS: ${list}. ` +
      'Partitions of a topic in use cannot be added without losing the order of events: set what there is.',
  );
}

async function setRetention(admin: Admin, topics: readonly string[], settings: TopicSettings): Promise<void> {
  const { resources } = await admin.describeConfigs({
    includeSynonyms: false,
    resources: topics.map((name) => ({ type: TOPIC, name })),
  });
  const changes = resources.flatMap(({ resourceName, configEntries }) => {
    const value = toRetentionMs(resourceName, settings);
    const own = configEntries.filter((entry) => entry.configSource === SET_ON_TOPIC);
    if (own.some((entry) => entry.configName === RETENTION && entry.configValue === value)) return [];
    // What is not said again with a change goes back to the brokers' default.
    const others = own.filter((entry) => entry.configName !== RETENTION);
    const kept = others.map(({ configName, configValue }) => ({ name: configName, value: configValue }));
    return [{ type: TOPIC, name: resourceName, configEntries: [...kept, { name: RETENTION, value }] }];
  });
  if (changes.length > 0) await admin.alterConfigs({ validateOnly: false, resources: changes });
}
