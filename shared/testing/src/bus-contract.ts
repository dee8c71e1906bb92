// The promises of the bus port, as tests that every adapter runs: so the local bus and the real one cannot differ
// unnoticed. They use nothing but the port, and a storage that outlives the adapters opened on it.
import type { Bus, BusMessage } from '@builder-ai/platform/bus/bus';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { eventually } from './eventually.ts';
import { newGate } from './gate.ts';

/** Who consumes what: the storage has to know it before the first message. */
export const CONTRACT_CONSUMERS = {
  first: ['contract.facts', 'contract.orders'],
  second: ['contract.facts'],
} as const;

type Consumer = keyof typeof CONTRACT_CONSUMERS;

export type BusStorage = {
  /** Opens an adapter on this storage; the tests have one open at a time. */
  open(): Promise<Bus>;
  /**
   * Ends an adapter as if its process were killed: what it has not stored is never stored. Is called by handlers too,
   * so it does not wait for those that run.
   */
  kill(bus: Bus): Promise<void>;
  /** Removes the storage, after its adapters were closed or killed. */
  remove(): Promise<void>;
};

const FACTS = 'contract.facts';
const ORDERS = 'contract.orders';

/**
 * Registers the contract's tests.
 * @param newStorage makes an empty storage; each test has its own
 */
export function testBusContract(adapter: string, newStorage: () => Promise<BusStorage>): void {
  describe(`${adapter} keeps the bus contract`, () => {
    let storage: BusStorage;
    let bus: Bus;
    let gates: ReturnType<typeof newGate>[];

    beforeEach(async () => {
      gates = [];
      storage = await newStorage();
      bus = await storage.open();
    });

    afterEach(async () => {
      for (const gate of gates) gate.open();
      await bus.close();
      await storage.remove();
    });

    /** Is opened at the end of the test at the latest, so that a failed test does not hang in its cleaning up. */
    function gate() {
      const made = newGate();
      gates.push(made);
      return made;
    }

    /** Subscribes a consumer that takes everything and remembers it. */
    async function record(consumer: Consumer) {
      const got: BusMessage[] = [];
      const subscription = await subscribe(consumer, async (message) => void got.push(message));
      return { got, close: () => subscription.close() };
    }

    const subscribe = (consumer: Consumer, handle: (message: BusMessage) => Promise<void>) =>
      bus.subscribe(consumer, CONTRACT_CONSUMERS[consumer], handle);

    async function restart(): Promise<void> {
      await bus.close();
      bus = await storage.open();
    }

    test('publish resolves when the messages are stored, and waits for no handler', async () => {
      const held = gate();
      const handled: string[] = [];
      await subscribe('first', async ({ value }) => {
        await held.passed;
        handled.push(value);
      });
      await bus.publish(messages('a', 3));
      await bus.publish([]);
      expect(handled).toEqual([]);
      held.open();
      await eventually(() => handled.length === 3);
    });

    test('each consumer gets the topics it is listed for, unchanged, and no others', async () => {
      const first = await record('first');
      const second = await record('second');
      const order = { topic: ORDERS, key: 'a', value: '{"n":0}' };
      const facts = messages('käse "a"\n', 2, 'ü€𝄞\\"');
      await bus.publish([order, ...facts]);
      await eventually(() => first.got.length === 3 && second.got.length === 2);
      expect(first.got).toEqual(expect.arrayContaining([order, ...facts]));
      expect(second.got).toEqual(facts);
    });

    test('a message of 300 KB arrives unchanged', async () => {
      const { got } = await record('first');
      const [message] = messages('a', 1, '€'.repeat(100_000));
      await bus.publish([message as BusMessage]);
      await eventually(() => got.length === 1);
      expect(got[0]?.value === message?.value).toBe(true);
    });

    test('what was published is there after a kill', async () => {
      await bus.publish(messages('a', 20));
      await storage.kill(bus);
      bus = await storage.open();
      const { got } = await record('first');
      await eventually(() => numbers(got, 'a').length === 20);
      expect(numbers(got, 'a')).toEqual(upTo(20));
    });

    test('a message whose handler is done but whose acknowledgement is not stored comes again', async () => {
      const done: BusMessage[] = [];
      const doomed = bus;
      await subscribe('first', async (message) => {
        done.push(message);
        if (done.length === 1) await storage.kill(doomed);
      });
      await bus.publish(messages('a', 2));
      await eventually(() => done.length > 0);
      bus = await storage.open();
      const { got } = await record('first');
      await eventually(() => numbers(got, 'a').length === 2);
      expect(got[0]).toEqual(done[0]);
      expect(numbers(got, 'a')).toEqual(upTo(2));
    });

    test('a consumer that fails delays no other, and gets everything in order when it works again', async () => {
      let broken = true;
      const late: BusMessage[] = [];
      await subscribe('first', async (message) => {
        if (broken) throw new Error('The database of this consumer is away');
        late.push(message);
      });
      const { got } = await record('second');
      const sent = ['a', 'b', 'c'].flatMap((key) => messages(key, 30));
      await bus.publish(sent);
      await eventually(() => got.length === sent.length);
      expect(late).toEqual([]);
      broken = false;
      await eventually(() => late.length >= sent.length);
      for (const key of ['a', 'b', 'c']) expect(numbers(late, key)).toEqual(upTo(30));
    });

    test('a handler that throws gets the same message again: its key waits, other keys go on', async () => {
      const fixed = gate();
      const seen: string[] = [];
      const got: BusMessage[] = [];
      let open = false;
      fixed.passed.then(() => {
        open = true;
      });
      await subscribe('first', async (message) => {
        seen.push(`${message.key}${JSON.parse(message.value).n}`);
        if (message.key === 'stuck' && !open) throw new Error('not yet');
        got.push(message);
      });
      await bus.publish([...messages('stuck', 5), ...messages('a', 5), ...messages('b', 5)]);
      await eventually(() => got.length === 10 && seen.filter((entry) => entry === 'stuck1').length > 1);
      await bus.publish(messages('c', 5));
      await eventually(() => got.length === 15);
      expect(seen.filter((entry) => /^stuck[^1]/.test(entry))).toEqual([]);
      fixed.open();
      await eventually(() => got.length === 20);
      expect(numbers(got, 'stuck')).toEqual(upTo(5));
    });

    test('messages of one key keep their order under eight writers, and are handled one at a time', async () => {
      const running = new Map<string, number>();
      let together = 0;
      const first: BusMessage[] = [];
      await subscribe('first', async (message) => {
        const count = (running.get(message.key) ?? 0) + 1;
        running.set(message.key, count);
        together = Math.max(together, count);
        await new Promise(setImmediate);
        first.push(message);
        running.set(message.key, count - 1);
      });
      const second = await record('second');
      const writers = upTo(8).map((number) => `writer-${number}`);
      await Promise.all(
        writers.map(async (writer) => {
          for (const n of upTo(25)) await bus.publish([fact('shared', n, writer), fact(writer, n, writer)]);
        }),
      );
      await eventually(() => first.length >= 400 && second.got.length >= 400);
      for (const got of [first, second.got]) {
        for (const writer of writers) {
          expect(numbers(got, writer)).toEqual(upTo(25));
          expect(numbers(got, 'shared', writer)).toEqual(upTo(25));
        }
      }
      expect(together).toBe(1);
    });

    test('messages of one key keep the order of several publishes', async () => {
      const { got } = await record('first');
      const all = messages('a', 210);
      for (let size = 1, next = 0; next < all.length; next += size, size += 1)
        await bus.publish(all.slice(next, next + size));
      await eventually(() => got.length >= all.length);
      expect(numbers(got, 'a')).toEqual(upTo(210));
    });

    test('a consumer that was away gets all 2,500 messages on its return, in order per key', async () => {
      const before = await record('first');
      await bus.publish(messages('before', 1));
      await eventually(() => before.got.length === 1);
      await before.close();
      const keys = upTo(25).map((number) => `key-${number}`);
      for (const n of upTo(100)) await bus.publish(keys.map((key) => fact(key, n)));
      expect(before.got).toHaveLength(1);
      await restart();
      const after = await record('first');
      await bus.publish(messages('after', 1));
      await eventually(() => numbers(after.got, 'after').length === 1 && after.got.length >= 2_501);
      for (const key of keys) expect(numbers(after.got, key)).toEqual(upTo(100));
    });

    test('a consumer that is closed in the middle of 2,500 messages goes on where it stopped', async () => {
      const keys = upTo(5).map((number) => `key-${number}`);
      await bus.publish(upTo(500).flatMap((n) => keys.map((key) => fact(key, n))));
      const got: BusMessage[] = [];
      for (const stopAt of [0, 10, 600, 1_100]) {
        const subscription = await subscribe('first', async (message) => void got.push(message));
        await eventually(() => got.length >= stopAt);
        await subscription.close();
      }
      const soFar = got.length;
      await bus.check();
      expect(got).toHaveLength(soFar);
      await subscribe('first', async (message) => void got.push(message));
      await eventually(() => keys.every((key) => numbers(got, key).length === 500));
      for (const key of keys) expect(numbers(got, key)).toEqual(upTo(500));
    });

    test.each(['subscription', 'bus'])('closing the %s waits for the handler that runs, and keeps its end', async (what) => {
      const held = gate();
      const order: string[] = [];
      const subscription = await subscribe('first', async ({ value }) => {
        order.push(`begun ${JSON.parse(value).n}`);
        await held.passed;
        order.push('done');
      });
      await bus.publish(messages('a', 2));
      await eventually(() => order.length === 1);
      const closing = (what === 'bus' ? bus : subscription).close().then(() => order.push('closed'));
      await new Promise(setImmediate);
      held.open();
      await closing;
      expect(order).toEqual(['begun 1', 'done', 'closed']);
      if (what === 'bus') bus = await storage.open();
      const { got } = await record('first');
      await eventually(() => got.length > 0);
      expect(numbers(got, 'a')).toEqual([2]);
    });

    test('check resolves while the bus is there, and throws when it is not', async () => {
      await bus.check();
      await storage.kill(bus);
      await expect(bus.check()).rejects.toThrow();
      bus = await storage.open();
      await bus.check();
    });
  });
}

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

const fact = (key: string, n: number, by = ''): BusMessage => ({
  topic: FACTS,
  key,
  value: JSON.stringify({ n, by }),
});

const messages = (key: string, count: number, by = '') => upTo(count).map((n) => fact(key, n, by));

/** The numbers that came of a key, repetitions left out: delivery is at least once. */
function numbers(got: readonly BusMessage[], key: string, by?: string): number[] {
  const values = got.filter((message) => message.key === key).map((message) => JSON.parse(message.value));
  return [...new Set(values.filter((value) => by === undefined || value.by === by).map((value) => value.n as number))];
}
