// The bus on Kafka keeps what every bus promises.
import { testBusContract } from '@builder-ai/testing/bus-contract';
import { CONTRACT_CONSUMERS } from '@builder-ai/testing/bus-contract/messages';
import type { Bus } from '../../src/bus/bus.ts';
import { givenTopics, newConnections } from './given-kafka.ts';

testBusContract('The Kafka bus', openStorage);

/** Topics; each adapter has connections of its own, which are cut to kill it. */
async function openStorage() {
  const topics = await givenTopics([...new Set(Object.values(CONTRACT_CONSUMERS).flat())]);
  const connections = new Map<Bus, ReturnType<typeof newConnections>>();
  const dying: Promise<void>[] = [];
  return {
    async open() {
      const made = newConnections();
      const bus = topics.openBus(made);
      connections.set(bus, made);
      return bus;
    },
    async kill(bus: Bus) {
      connections.get(bus)?.cut();
      dying.push(bus.close());
      await new Promise(setImmediate);
    },
    async remove() {
      await Promise.all(dying);
    },
  };
}
