// What the tests of the scaled-out product share: PostgreSQL, as the others have it, one Kafka and one Redis.
import setUpPostgres from './jest-global-setup.ts';
import { startTestKafka, type TestKafka } from './kafka.ts';
import { startTestRedis, type TestRedis } from './redis.ts';

declare global {
  var builderTestKafka: TestKafka | undefined;
  var builderTestRedis: TestRedis | undefined;
}

export default async function setup(): Promise<void> {
  const [kafka, redis] = await Promise.all([startTestKafka(), startTestRedis(), setUpPostgres()]);
  globalThis.builderTestKafka = kafka;
  globalThis.builderTestRedis = redis;
  process.env.TEST_KAFKA_BROKER = kafka.broker;
  process.env.TEST_REDIS_URL = redis.url;
}
