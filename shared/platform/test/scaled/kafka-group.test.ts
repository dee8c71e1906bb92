// Consumers of one group on Kafka: who has which partitions, and consumers that have trouble to get any.
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { expect, test } from '@jest/globals';
import type { BusMessage } from '../../src/bus/bus.ts';
import { type Logger, silentLogger } from '../../src/logger.ts';
import { breakJoins, collector, givenTopics, newConnections, upTo } from './given-kafka.ts';

const TOPIC = 'group';
const message = (key: string, n: number): BusMessage => ({ topic: TOPIC, key, value: String(n) });
const keysUpTo = (count: number) => upTo(count).map((n) => `key-${n}`);

test('two members share the partitions; what one leaves the other has, in order', async () => {
  const topics = await givenTopics([TOPIC], { partitions: 6 });
  const [one, two] = [topics.openBus(), topics.openBus()];
  const [first, second] = [new Set<string>(), new Set<string>()];
  const got = collector();
  const taker = (keys: Set<string>) => (each: BusMessage) => {
    keys.add(each.key);
    return got.take(each);
  };
  const keys = keysUpTo(24);
  await one.subscribe('first', [TOPIC], taker(first));
  await two.subscribe('first', [TOPIC], taker(second));
  let n = 0;
  // The second joins in its own time: from then on both get some.
  await eventually(async () => {
    n += 1;
    await one.publish(keys.map((key) => message(key, n)));
    return first.size > 0 && second.size > 0;
  });
  await two.close();
  second.clear();
  n += 1;
  await one.publish(keys.map((key) => message(key, n)));
  for (const key of keys) {
    await eventually(() => got.of(key).length === n);
    expect(got.of(key)).toEqual(upTo(n));
  }
  expect(second.size).toBe(0);
  await one.close();
});

test('a member that is killed has committed nothing that it had not done; another one goes on from there', async () => {
  const topics = await givenTopics([TOPIC], { partitions: 1 });
  const connections = newConnections();
  const [killed, other] = [topics.openBus(connections), topics.openBus()];
  const hung = newGate();
  const done: string[] = [];
  await killed.subscribe('first', [TOPIC], async ({ key, value }) => {
    if (key === 'b') await hung.passed;
    done.push(key + value);
  });
  await other.publish([message('a', 1), message('b', 1), message('a', 2), message('b', 2)]);
  await eventually(() => done.length === 2);
  await eventually(async () => (await topics.readCommitted('first', TOPIC)) === '1');
  await other.publish([message('a', 3)]);
  await eventually(() => done.length === 3);
  connections.cut();
  const got = collector();
  await other.subscribe('first', [TOPIC], got.take);
  await eventually(() => got.of('b').length === 2 && got.of('a').length === 2);
  expect([got.of('a'), got.of('b')]).toEqual([
    [2, 3],
    [1, 2],
  ]);
  hung.open();
  await Promise.all([killed.close(), other.close()]);
});

test('a partition that was full when it went to another member is fetched from when it comes back', async () => {
  const topics = await givenTopics([TOPIC], { partitions: 2 });
  const held = newGate();
  const full: unknown[] = [];
  const debug = (text: string) => text.startsWith('A partition waits') && full.push(text);
  const one = topics.openBus({ logger: { ...silentLogger, debug } });
  const two = topics.openBus();
  const got = collector();
  await one.subscribe('first', [TOPIC], async (each) => {
    await held.passed;
    await got.take(each);
  });
  const keys = keysUpTo(100);
  const text = ' '.repeat(250_000);
  for (const key of keys) await two.publish([{ topic: TOPIC, key, value: `1${text}` }]);
  await eventually(() => full.length === 2);
  let tried = 0;
  await two.subscribe('first', [TOPIC], async () => {
    tried += 1;
    throw new Error('not here');
  });
  await eventually(() => tried > 0);
  await two.close();
  held.open();
  for (const key of keys) await eventually(() => got.of(key).length === 1);
  await one.close();
}, 60_000);

test('a consumer whose join fails again and again joins in the end', async () => {
  const topics = await givenTopics([TOPIC]);
  const bus = topics.openBus({ socketFactory: breakJoins(3) });
  const got = collector();
  await bus.subscribe('first', [TOPIC], got.take);
  await bus.publish([message('a', 1)]);
  await eventually(() => got.of('a').length === 1);
  await bus.close();
});

test('a consumer that the brokers refuse for good is told as a crash, once, and by check as long as it lasts', async () => {
  const topics = await givenTopics([TOPIC]);
  const errors: string[] = [];
  const crashes: string[] = [];
  const logger: Logger = { ...silentLogger, error: (text) => void errors.push(text) };
  const bus = topics.openBus({
    logger,
    onCrash: (reason) => crashes.push(reason),
    // Longer than a broker allows.
    settings: { ...topics.settings, KAFKA_SESSION_TIMEOUT_MS: 2_000_000 },
  });
  await bus.subscribe('first', [TOPIC], async () => {});
  await eventually(() => crashes.length > 0);
  await expect(bus.check()).rejects.toThrow('first is refused by Kafka');
  expect(crashes).toHaveLength(1);
  expect(errors).toHaveLength(1);
  await bus.close();
});
