// The promises of the bus port, as tests that every adapter runs: so the local bus and the real one cannot differ
// unnoticed. They use nothing but the port, and a storage that outlives the adapters opened on it.
import { isDeepStrictEqual } from 'node:util';
import type { BusMessage } from '@builder-ai/platform/bus/bus';
import { describe, expect, test } from '@jest/globals';
import { type BusStorage, type GivenBus, givenBus } from './bus-contract/given-bus.ts';
import { type ContractConsumer, FACTS, fact, messages, numbers, ORDERS } from './bus-contract/messages.ts';
import { testOrder } from './bus-contract/order.ts';
import { testRedelivery } from './bus-contract/redelivery.ts';
import { eventually } from './eventually.ts';

/**
 * Registers the contract's tests. `CONTRACT_CONSUMERS` says who consumes which topic.
 * @param newStorage makes an empty storage; each test has its own
 */
export function testBusContract(adapter: string, newStorage: () => Promise<BusStorage>): void {
  describe(`${adapter} keeps the bus contract`, () => {
    const bus = givenBus(newStorage);
    testDelivery(bus);
    testOrder(bus);
    testRedelivery(bus);
    testBroadcast(bus);
    testLag(bus);
    testEnd(bus);
  });
}

function testDelivery(bus: GivenBus): void {
  test('publish resolves when the messages are stored, and waits for no handler', async () => {
    const held = bus.gate();
    const handled: string[] = [];
    await bus.subscribe('first', async ({ value }) => {
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
    const first = await bus.record('first');
    const second = await bus.record('second');
    const order = { topic: ORDERS, key: 'a', value: '{"n":0}' };
    const facts = messages('käse "a"\n', 2, 'ü€𝄞\\"');
    await bus.publish([order, ...facts]);
    await eventually(() => first.got.length === 3 && second.got.length === 2);
    expect(first.got).toEqual(expect.arrayContaining([order, ...facts]));
    expect(second.got).toEqual(facts);
  });

  test('a message of 300 KB arrives unchanged', async () => {
    const { got } = await bus.record('first');
    const [message] = messages('a', 1, '€'.repeat(100_000));
    await bus.publish([message as BusMessage]);
    await eventually(() => got.length === 1);
    expect(got[0]?.value === message?.value).toBe(true);
  });
}

function testLag(bus: GivenBus): void {
  test('the lag of a consumer is what it has not acknowledged, and it has none when it has caught up', async () => {
    const lagOf = async (consumer: ContractConsumer) =>
      Object.fromEntries((await bus.lag(consumer)).map(({ topic, messages }) => [topic, messages]));
    const held = bus.gate();
    const isLag = async (facts: number) => isDeepStrictEqual(await lagOf('first'), { [FACTS]: facts, [ORDERS]: 0 });
    // Topics may be so new that not every broker knows of them.
    await eventually(() => isLag(0));
    await bus.subscribe('first', () => held.passed);
    await bus.publish([...messages('a', 3), ...messages('b', 2)]);
    await eventually(() => isLag(5));
    held.open();
    await eventually(() => isLag(0));
  });
}

function testBroadcast(bus: GivenBus): void {
  test('what is broadcast reaches all who listen, in order per key, and whoever stops listens no more', async () => {
    const [one, other]: BusMessage[][] = [[], []];
    const first = bus.listen(FACTS, (message) => one?.push(message));
    bus.listen(FACTS, (message) => {
      other?.push(message);
      throw new Error('its own loss');
    });
    bus.listen(ORDERS, () => {
      throw new Error('another topic');
    });
    // Whoever begins to listen may need a moment: what is sent until then is lost.
    await eventually(() => {
      bus.broadcast(fact('probe', 1));
      return one?.length !== 0 && other?.length !== 0;
    });
    for (const message of messages('a', 50, 'ü€𝄞')) bus.broadcast(message);
    await eventually(() => numbers(one ?? [], 'a').length === 50 && numbers(other ?? [], 'a').length === 50);
    for (const got of [one, other]) expect(got?.filter(({ key }) => key === 'a')).toEqual(messages('a', 50, 'ü€𝄞'));
    await first.close();
    const heard = one?.length;
    bus.broadcast(fact('b', 1));
    await eventually(() => numbers(other ?? [], 'b').length === 1);
    expect(one?.length).toBe(heard);
  });
}

function testEnd(bus: GivenBus): void {
  test.each(['subscription', 'bus'])(
    'closing the %s waits for the handler that runs, and keeps its end',
    async (what) => {
      const held = bus.gate();
      const order: string[] = [];
      const subscription = await bus.subscribe('first', async ({ value }) => {
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
      if (what === 'bus') await bus.open();
      const { got } = await bus.record('first');
      await eventually(() => got.length > 0);
      expect(numbers(got, 'a')).toEqual([2]);
    },
  );

  test('check resolves while the bus is there, and throws when it is not', async () => {
    await bus.check();
    await bus.kill();
    await expect(bus.check()).rejects.toThrow();
    await bus.open();
    await bus.check();
  });
}
