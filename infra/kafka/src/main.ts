// `npm run topics`: makes the topics that are missing, before the services are started for the first time.
import { TOPICS } from '@builder-ai/contracts/topics';
import { newKafkaClient } from '@builder-ai/platform/bus/kafka/kafka-bus';
import { createTopics } from '@builder-ai/platform/bus/kafka/kafka-topics';
import { silentLogger } from '@builder-ai/platform/logger';
import { readTopicsConfig } from './config.ts';

try {
  const settings = readTopicsConfig(process.env);
  const kafka = newKafkaClient({ settings, clientId: 'builder-topics', logger: silentLogger });
  const made = await createTopics(kafka, TOPICS, {
    partitions: settings.KAFKA_TOPIC_PARTITIONS,
    replication: settings.KAFKA_TOPIC_REPLICATION,
    retentionHours: settings.KAFKA_TOPIC_RETENTION_HOURS,
  });
  console.log(made.length > 0 ? `Made: ${made.join(', ')}` : 'All topics are there.');
} catch (error) {
  console.error(`The topics could not be made: ${(error as Error).message}`);
  process.exitCode = 1;
}
