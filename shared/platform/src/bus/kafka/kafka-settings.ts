// Where Kafka is and how it is spoken to; every process that publishes or consumes has these settings.
import { readFileSync } from 'node:fs';
import { TOPIC_RETENTION_HOURS } from '@builder-ai/contracts/topics';
import Joi from 'joi';
import type { KafkaConfig, SASLOptions } from 'kafkajs';

export type KafkaSettings = {
  KAFKA_BROKERS: string;
  KAFKA_SSL: boolean;
  KAFKA_SSL_CA?: string;
  KAFKA_SASL_MECHANISM?: 'plain' | 'scram-sha-256' | 'scram-sha-512';
  KAFKA_SASL_USERNAME?: string;
  KAFKA_SASL_PASSWORD?: string;
  KAFKA_GROUP_PREFIX: string;
  KAFKA_SESSION_TIMEOUT_MS: number;
};

const requiredForSasl = (schema: Joi.StringSchema) =>
  // biome-ignore lint/suspicious/noThenProperty: Joi names it so.
  schema.when('KAFKA_SASL_MECHANISM', { is: Joi.exist(), then: Joi.required() });

export const kafkaSettings = {
  KAFKA_BROKERS: Joi.string()
    .pattern(/^[^\s:,]+:\d+(,[^\s:,]+:\d+)*$/, 'host:port,host:port')
    .required()
    .description('Kafka brokers, `host:port` with commas between.'),
  KAFKA_SSL: Joi.boolean().default(false).description('Speak TLS to the brokers.'),
  KAFKA_SSL_CA: Joi.string().description('A file with the certificate authority of the brokers, when it is your own.'),
  KAFKA_SASL_MECHANISM: Joi.string()
    .valid('plain', 'scram-sha-256', 'scram-sha-512')
    .description('How this process signs in to the brokers; left out, it does not.'),
  KAFKA_SASL_USERNAME: requiredForSasl(Joi.string()).description('The user for SASL.'),
  KAFKA_SASL_PASSWORD: requiredForSasl(Joi.string()).description('The password for SASL.'),
  KAFKA_GROUP_PREFIX: Joi.string().default('builder.').description('What the names of the consumer groups begin with.'),
  KAFKA_SESSION_TIMEOUT_MS: Joi.number()
    .integer()
    .min(500)
    .default(6_000)
    .description('How long a consumer may be silent before its partitions go to another one; the brokers set a least.'),
};

export const topicSettings = {
  KAFKA_TOPIC_PARTITIONS: Joi.number().integer().min(1).max(1_000).default(12).description('Partitions of each topic.'),
  KAFKA_TOPIC_REPLICATION: Joi.number()
    .integer()
    .min(1)
    .max(10)
    .default(1)
    .description('Copies of each partition; 3 where there are three brokers.'),
  KAFKA_TOPIC_RETENTION_HOURS: Joi.number()
    .integer()
    .min(1)
    .default(TOPIC_RETENTION_HOURS)
    .description('How long events are kept; the inbox has to remember them for longer.'),
};

/** What kafkajs needs to connect. */
export function toConnection(settings: KafkaSettings): Pick<KafkaConfig, 'brokers' | 'ssl' | 'sasl'> {
  const { KAFKA_BROKERS, KAFKA_SSL, KAFKA_SSL_CA, KAFKA_SASL_MECHANISM: mechanism } = settings;
  const ssl = KAFKA_SSL_CA ? { ca: [readFileSync(KAFKA_SSL_CA, 'utf8')] } : KAFKA_SSL;
  const username = settings.KAFKA_SASL_USERNAME ?? '';
  const password = settings.KAFKA_SASL_PASSWORD ?? '';
  return {
    brokers: KAFKA_BROKERS.split(','),
    ssl,
    ...(mechanism && { sasl: { mechanism, username, password } as SASLOptions }),
  };
}
