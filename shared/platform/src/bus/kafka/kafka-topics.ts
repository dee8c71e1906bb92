// Topics are made by an explicit step, never by a publish or a subscribe.
import type { Admin, Kafka } from 'kafkajs';

export type TopicSettings = { partitions: number; replication: number; retentionHours: number };

/** Names that the brokers do not have. @throws when the brokers cannot be reached */
export async function findMissingTopics(admin: Admin, topics: readonly string[]): Promise<string[]> {
  const there = new Set(await admin.listTopics());
  return topics.filter((topic) => !there.has(topic));
}

/**
 * Makes the topics that are missing, and sets how long all of them keep their events.
 * @returns the names of those that were made
 * @throws Error when a topic has another number of partitions: more of them would send a task's later events elsewhere
 *   than its earlier ones, out of order
 */
export async function createTopics(
  kafka: Kafka,
  topics: readonly string[],
  { partitions, replication, retentionHours }: TopicSettings,
): Promise<string[]> {
  const admin = kafka.admin();
  await admin.connect();
  try {
    const missing = await findMissingTopics(admin, topics);
    const configEntries = [{ name: 'retention.ms', value: String(retentionHours * 3_600_000) }];
    await admin.createTopics({
      waitForLeaders: true,
      topics: missing.map((topic) => ({
        topic,
        numPartitions: partitions,
        replicationFactor: replication,
        configEntries,
      })),
    });
    const { topics: found } = await admin.fetchTopicMetadata({ topics: [...topics] });
    const other = found.filter((topic) => topic.partitions.length !== partitions);
    if (other.length > 0) {
      const list = other.map((topic) => `${topic.name} (${topic.partitions.length})`).join(', ');
      throw new Error(
        `These topics do not have the ${partitions} partitions of KAFKA_TOPIC_PARTITIONS: ${list}. ` +
          'Partitions of a topic in use cannot be added without losing the order of events: set what there is.',
      );
    }
    // 2: a topic (https://kafka.apache.org/protocol, ConfigResource).
    const resources = topics.map((name) => ({ type: 2, name, configEntries }));
    await admin.alterConfigs({ validateOnly: false, resources });
    return missing;
  } finally {
    await admin.disconnect();
  }
}
