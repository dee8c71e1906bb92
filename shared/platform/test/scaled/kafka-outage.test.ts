// Brokers that are killed, away or silent, and messages that they do not take.
import { eventually } from '@builder-ai/testing/eventually';
import { startTestKafka, type TestKafka } from '@builder-ai/testing/kafka';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bus, BusMessage } from '../../src/bus/bus.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { PublishRejected } from '../../src/publish-rejected.ts';
import { collector, givenTopics, upTo } from './given-kafka.ts';

const TOPIC = 'outage';
const message = (key: string, n: number): BusMessage => ({ topic: TOPIC, key, value: String(n) });

let kafka: TestKafka;

beforeAll(async () => {
  kafka = await startTestKafka();
}, 60_000);

afterAll(() => kafka.close());

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

  test('keeps nobody from closing a consumer that waits for it', async () => {
    const topics = await givenTopics([TOPIC], { broker: kafka.broker });
    const bus = topics.openBus();
    const got = collector();
    const { close } = await bus.subscribe('first', [TOPIC], got.take);
    await bus.publish([message('a', 1)]);
    await eventually(() => got.of('a').length === 1);
    kafka.pause();
    const late = topics.openBus();
    await late.subscribe('second', [TOPIC], got.take);
    await Promise.all([close(), late.close()]);
    await bus.close();
    kafka.resume();
    // It takes a moment until it leads its partitions again, which the next test needs.
    const after = topics.openBus();
    await publishAll(after, [message('a', 2)]);
    await after.close();
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

test('a message that the broker will never take is told apart from a broker that is away', async () => {
  const topics = await givenTopics([TOPIC], { broker: kafka.broker });
  const bus = topics.openBus();
  const large = { ...message('a', 1), value: 'x'.repeat(3 * 1024 * 1024) };
  await expect(bus.publish([large])).rejects.toThrow(PublishRejected);
  await bus.publish([message('a', 1)]);
  await bus.close();
}, 60_000);
