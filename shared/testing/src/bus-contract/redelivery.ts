// Nothing is lost: what a kill, an absence or a fault of a consumer leaves is delivered afterwards.
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { expect, test } from '@jest/globals';
import { eventually } from '../eventually.ts';
import type { GivenBus } from './given-bus.ts';
import { fact, messages, numbers, upTo } from './messages.ts';

export function testRedelivery(bus: GivenBus): void {
  test('what was published is there after a kill', async () => {
    await bus.publish(messages('a', 20));
    await bus.kill();
    await bus.open();
    const { got } = await bus.record('first');
    await eventually(() => numbers(got, 'a').length === 20);
    expect(numbers(got, 'a')).toEqual(upTo(20));
  });

  test('a message whose handler is done but whose acknowledgement is not stored comes again', async () => {
    const done: BusMessage[] = [];
    let killed = false;
    await bus.subscribe('first', async (message) => {
      done.push(message);
      if (done.length === 1) await bus.kill();
      killed = true;
    });
    // The kill may come before the answer to the publish.
    await bus.publish(messages('a', 2)).catch(() => {});
    await eventually(() => killed);
    await bus.open();
    const { got } = await bus.record('first');
    await eventually(() => numbers(got, 'a').length === 2);
    expect(got[0]).toEqual(done[0]);
    expect(numbers(got, 'a')).toEqual(upTo(2));
  });

  test('a consumer that fails delays no other, and gets everything in order when it works again', async () => {
    let broken = true;
    const late: BusMessage[] = [];
    await bus.subscribe('first', async (message) => {
      if (broken) throw new Error('The database of this consumer is away');
      late.push(message);
    });
    const { got } = await bus.record('second');
    const sent = ['a', 'b', 'c'].flatMap((key) => messages(key, 30));
    await bus.publish(sent);
    await eventually(() => got.length >= sent.length);
    expect(late).toEqual([]);
    broken = false;
    for (const key of ['a', 'b', 'c']) {
      await eventually(() => numbers(late, key).length === 30);
      expect(numbers(late, key)).toEqual(upTo(30));
    }
  });

  test('a consumer that was away gets all 2,500 messages on its return, in order per key', async () => {
    const before = await bus.record('first');
    await bus.publish(messages('before', 1));
    await eventually(() => before.got.length === 1);
    await before.close();
    const keys = upTo(25).map((number) => `key-${number}`);
    for (const n of upTo(100)) await bus.publish(keys.map((key) => fact(key, n)));
    expect(before.got).toHaveLength(1);
    await bus.close();
    await bus.open();
    const after = await bus.record('first');
    await bus.publish(messages('after', 1));
    for (const key of keys) {
      await eventually(() => numbers(after.got, key).length === 100);
      expect(numbers(after.got, key)).toEqual(upTo(100));
    }
    await eventually(() => numbers(after.got, 'after').length === 1);
  });

  test('a consumer that is closed in the middle of 2,500 messages goes on where it stopped', async () => {
    const keys = upTo(5).map((number) => `key-${number}`);
    await bus.publish(upTo(500).flatMap((n) => keys.map((key) => fact(key, n))));
    const got: BusMessage[] = [];
    for (const stopAt of [0, 10, 600, 1_100]) {
      const subscription = await bus.subscribe('first', async (message) => void got.push(message));
      await eventually(() => got.length >= stopAt);
      await subscription.close();
    }
    const soFar = got.length;
    await bus.check();
    expect(got).toHaveLength(soFar);
    await bus.subscribe('first', async (message) => void got.push(message));
    for (const key of keys) {
      await eventually(() => numbers(got, key).length === 500);
      expect(numbers(got, key)).toEqual(upTo(500));
    }
  });
}
