// Ends what the scaled-out setup has started.
import tearDownPostgres from './jest-global-teardown.ts';

export default async function teardown(): Promise<void> {
  await Promise.all([globalThis.builderTestKafka?.close(), globalThis.builderTestRedis?.close(), tearDownPostgres()]);
}
