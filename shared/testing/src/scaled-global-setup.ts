// What the tests of the scaled-out product share: PostgreSQL, as the others have it, one Kafka and one Redis.
import setUpPostgres from './jest-global-setup.ts';
import { startTestKafka, type TestKafka } from './kafka.ts';
import { startTestRedis, type TestRedis } from './redis.ts';
import tearDown from './scaled-global-teardown.ts';

declare global {
  var builderTestKafka: TestKafka | undefined;
  var builderTestRedis: TestRedis | undefined;
}

/** With TEST_KAFKA_BROKERS a Kafka that is there is used; its group.min.session.timeout.ms has to be 1500 or less. */
export default async function setup(): Promise<void> {
  const all = await Promise.allSettled([setUpPostgres(), setUpKafka(), setUpRedis()]);
  const failed = all.find((each) => each.status === 'rejected');
  if (!failed) return;
  // Jest calls no teardown when the setup fails.
  await tearDown();
  throw failed.reason;
}

async function setUpKafka(): Promise<void> {
  if (process.env.TEST_KAFKA_BROKERS) return;
  globalThis.builderTestKafka = await startTestKafka();
  process.env.TEST_KAFKA_BROKERS = globalThis.builderTestKafka.broker;
}

async function setUpRedis(): Promise<void> {
  globalThis.builderTestRedis = await startTestRedis();
  process.env.TEST_REDIS_URL = globalThis.builderTestRedis.url;
}
