// The only reader of this command's environment.
import { type KafkaSettings, kafkaSettings, topicSettings } from '@builder-ai/platform/bus/kafka/kafka-settings';
import { type Environment, readConfig } from '@builder-ai/platform/config';
import Joi from 'joi';

export type Config = KafkaSettings & {
  KAFKA_TOPIC_PARTITIONS: number;
  KAFKA_TOPIC_REPLICATION: number;
  KAFKA_TOPIC_RETENTION_HOURS: number;
};

export const configSchema = Joi.object<Config>({ ...kafkaSettings, ...topicSettings });

export const readTopicsConfig = (env: Environment): Config => readConfig(env, configSchema);
