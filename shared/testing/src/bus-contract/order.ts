// Messages of one key are handled in their order, one after the other, and no key waits for another.
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { expect, test } from '@jest/globals';
import { eventually } from '../eventually.ts';
import type { GivenBus } from './given-bus.ts';
import { fact, messages, numbers, upTo } from './messages.ts';

export function testOrder(bus: GivenBus): void {
  test('a handler that throws gets the same message again: its key waits, other keys go on', async () => {
    let fixed = false;
    const seen: string[] = [];
    const got: BusMessage[] = [];
    await bus.subscribe('first', async (message) => {
      seen.push(`${message.key}${JSON.parse(message.value).n}`);
      if (message.key === 'stuck' && !fixed) throw new Error('not yet');
      got.push(message);
    });
    await bus.publish([...messages('stuck', 5), ...messages('a', 5), ...messages('b', 5)]);
    const all = (...keys: string[]) => keys.every((key) => numbers(got, key).length === 5);
    await eventually(() => all('a', 'b') && seen.filter((entry) => entry === 'stuck1').length > 1);
    await bus.publish(messages('c', 5));
    await eventually(() => all('c'));
    expect(seen.filter((entry) => /^stuck[^1]/.test(entry))).toEqual([]);
    fixed = true;
    await eventually(() => all('stuck'));
    expect(numbers(got, 'stuck')).toEqual(upTo(5));
  });

  test('twenty keys whose handlers fail hold up no other, however many handlers may run at once', async () => {
    const got: BusMessage[] = [];
    const failed = new Set<string>();
    const bad = upTo(20).map((n) => `bad-${n}`);
    await bus.subscribe('first', async (message) => {
      if (bad.includes(message.key)) {
        failed.add(message.key);
        throw new Error('not yet');
      }
      got.push(message);
    });
    await bus.publish(bad.flatMap((key) => messages(key, 3)));
    await eventually(() => failed.size === bad.length);
    await bus.publish(messages('good', 50));
    await eventually(() => numbers(got, 'good').length === 50);
    expect(numbers(got, 'good')).toEqual(upTo(50));
  });

  test('messages of one key keep their order under eight writers, and are handled one at a time', async () => {
    const running = new Map<string, number>();
    let together = 0;
    const first: BusMessage[] = [];
    await bus.subscribe('first', async (message) => {
      const count = (running.get(message.key) ?? 0) + 1;
      running.set(message.key, count);
      together = Math.max(together, count);
      await new Promise(setImmediate);
      first.push(message);
      running.set(message.key, count - 1);
    });
    const second = await bus.record('second');
    const writers = upTo(8).map((number) => `writer-${number}`);
    await Promise.all(
      writers.map(async (writer) => {
        for (const n of upTo(25)) await bus.publish([fact('shared', n, writer), fact(writer, n, writer)]);
      }),
    );
    for (const got of [first, second.got]) {
      for (const writer of writers) {
        await eventually(() => numbers(got, writer).length === 25 && numbers(got, 'shared', writer).length === 25);
        expect(numbers(got, writer)).toEqual(upTo(25));
        expect(numbers(got, 'shared', writer)).toEqual(upTo(25));
      }
    }
    expect(together).toBe(1);
  });

  test('keys that wait are handed out together to whoever takes them so; what it did not take, key by key, in order', async () => {
    const got: BusMessage[] = [];
    let shared = 0;
    const gate = bus.gate();
    await bus.subscribe(
      'first',
      async (message) => {
        await gate.passed;
        got.push(message);
      },
      async (bursts) => {
        await gate.passed;
        const taken = bursts.map(([first]) => first?.key !== 'own');
        const together = bursts.filter((_, index) => taken[index]);
        shared = Math.max(shared, together.length);
        got.push(...together.flat());
        return taken;
      },
    );
    const keys = upTo(10).map((n) => `key-${n}`);
    await bus.publish([...keys, 'own'].flatMap((key) => messages(key, 3)));
    gate.open();
    await bus.publish([...keys, 'own'].map((key) => fact(key, 4)));
    await eventually(() => [...keys, 'own'].every((key) => numbers(got, key).length === 4));
    for (const key of [...keys, 'own']) expect(numbers(got, key)).toEqual(upTo(4));
    expect(shared).toBeGreaterThan(1);
    await eventually(async () => (await bus.lag('first')).every(({ messages: left }) => left === 0));
  });

  test('messages of one key keep the order of several publishes', async () => {
    const { got } = await bus.record('first');
    const all = messages('a', 210);
    for (let size = 1, next = 0; next < all.length; next += size, size += 1)
      await bus.publish(all.slice(next, next + size));
    await eventually(() => numbers(got, 'a').length === all.length);
    expect(numbers(got, 'a')).toEqual(upTo(210));
  });
}
