// The local bus: what every bus promises, and what only this one does.
import { testBusContract } from '@builder-ai/testing/bus-contract';
import { CONTRACT_CONSUMERS } from '@builder-ai/testing/bus-contract/messages';
import { eventually } from '@builder-ai/testing/eventually';
import { type NetworkCable, openNetworkCable } from '@builder-ai/testing/network-cable';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { Bus } from '../src/bus/bus.ts';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { type Database, openDatabase } from '../src/database.ts';
import { silentLogger } from '../src/logger.ts';

testBusContract('The local bus', openStorage);

describe('The local bus and its database', () => {
  let storage: Awaited<ReturnType<typeof openStorage>>;
  let bus: Bus;
  let cable: NetworkCable;
  let db: Database;

  beforeEach(async () => {
    storage = await openStorage();
    bus = await storage.open();
    cable = storage.cableOf(bus);
    db = openDatabase({ url: storage.url, name: 'test', logger: silentLogger });
  });

  afterEach(async () => {
    cable.plugIn();
    await bus.close();
    await db.close();
    await storage.remove();
  });

  const orders = (...values: string[]) => values.map((value) => ({ topic: 'contract.orders', key: 'a', value }));
  const stored = () => db.query('select consumer, value from deliveries order by position');

  async function record() {
    const got: string[] = [];
    await bus.subscribe('first', ['contract.orders'], async ({ value }) => void got.push(value));
    return got;
  }

  test('a delivery is a row until it is acknowledged; what nobody consumes is not stored', async () => {
    await bus.publish([...orders('1'), { topic: 'contract.unheard', key: 'a', value: '2' }]);
    expect(await stored()).toEqual([{ consumer: 'first', value: '1' }]);
    await record();
    await eventually(async () => (await stored()).length === 0);
  });

  test('what cannot be stored is refused, and the next that can be is delivered', async () => {
    const got = await record();
    cable.unplug();
    await expect(bus.publish(orders('lost'))).rejects.toThrow();
    cable.plugIn();
    await bus.publish(orders('kept'));
    await eventually(() => got.length > 0);
    expect(got).toEqual(['kept']);
  });

  test('a consumer that subscribes while the database is away gets what is stored when it is back', async () => {
    await bus.publish(orders('1', '2'));
    cable.unplug();
    const got = await record();
    await expect(bus.check()).rejects.toThrow();
    cable.plugIn();
    await eventually(() => got.length === 2);
    expect(got).toEqual(['1', '2']);
  });

  test('acknowledgements that the database could not take are stored with the next', async () => {
    const got: string[] = [];
    await bus.subscribe('first', ['contract.orders'], async ({ value }) => {
      if (value === '1') cable.unplug();
      got.push(value);
    });
    await bus.publish(orders('1'));
    await eventually(() => got.length === 1);
    await expect(bus.check()).rejects.toThrow();
    cable.plugIn();
    await bus.publish(orders('2'));
    await eventually(async () => (await stored()).length === 0);
    expect(got).toEqual(['1', '2']);
  });

  test('a consumer subscribes once', async () => {
    await record();
    await expect(record()).rejects.toThrow('first has subscribed already');
  });
});

test('without a list of its own, the local bus delivers to the consumers of the contracts', async () => {
  const database = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: database.url, logger: silentLogger });
  const got: string[] = [];
  await bus.subscribe('agent-service', ['task.commands'], async ({ value }) => void got.push(value));
  await bus.publish([{ topic: 'task.commands', key: 'a', value: '{}' }]);
  await eventually(() => got.length === 1);
  await bus.close();
  await database.drop();
});

/** A database; each adapter reaches it by a cable of its own, which is unplugged to kill it. */
async function openStorage() {
  const database = await openServiceDatabase();
  const cables = new Map<Bus, NetworkCable>();
  const dying: Promise<void>[] = [];
  return {
    url: database.url,
    cableOf: (bus: Bus) => cables.get(bus) as NetworkCable,
    async open() {
      await Promise.all(dying);
      const cable = await openNetworkCable(database.url);
      const bus = await openLocalBus({ databaseUrl: cable.url, logger: silentLogger, consumersOf });
      cables.set(bus, cable);
      return bus;
    },
    async kill(bus: Bus) {
      cables.get(bus)?.unplug();
      dying.push(bus.close());
      // Lets it get as far as it can without the handlers that run.
      await new Promise(setImmediate);
    },
    async remove() {
      await Promise.all(dying);
      for (const cable of cables.values()) await cable.close();
      await database.drop();
    },
  };
}

function consumersOf(topic: string): string[] {
  return Object.entries(CONTRACT_CONSUMERS)
    .filter(([, topics]) => (topics as readonly string[]).includes(topic))
    .map(([consumer]) => consumer);
}
