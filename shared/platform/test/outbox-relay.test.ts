// Committed events reach the bus in order, whoever is away and whoever takes over.
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { type NetworkCable, openNetworkCable } from '@builder-ai/testing/network-cable';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { Bus, BusMessage } from '../src/bus/bus.ts';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { acquireLease } from '../src/lease.ts';
import { silentLogger } from '../src/logger.ts';
import { entry, newOutbox, type Outbox } from '../src/outbox.ts';
import { type OutboxRelay, startOutboxRelay } from '../src/outbox-relay.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { noted } from './given-events.ts';

let given: GivenDatabase;
let outbox: Outbox;
let cable: NetworkCable;
let bus: Bus;
let arrived: BusMessage[];
let relays: OutboxRelay[];
let closeBus: () => Promise<void>;

beforeEach(async () => {
  given = await givenDatabase();
  outbox = newOutbox('test-service');
  relays = [];
  arrived = [];
  const busDatabase = await openServiceDatabase();
  cable = await openNetworkCable(busDatabase.url);
  bus = await openLocalBus({ databaseUrl: cable.url, logger: silentLogger });
  await bus.subscribe('task-service', ['agent.events'], async (message) => void arrived.push(message));
  closeBus = async () => {
    await bus.close();
    await cable.close();
    await busDatabase.drop();
  };
});

afterEach(async () => {
  cable.plugIn();
  await Promise.all(relays.map((relay) => relay.close()));
  await closeBus();
  await given.close();
});

/** @param publish how this relay's bus publishes, if not as usual */
function start(publish: Bus['publish'] = (messages) => bus.publish(messages)): OutboxRelay {
  const relay = startOutboxRelay({ db: given.db, outbox, logger: silentLogger, bus: { ...bus, publish } });
  relays.push(relay);
  return relay;
}

async function commit(key: string, ...numbers: number[]): Promise<void> {
  await given.db.transaction((tx) =>
    outbox.add(
      tx,
      key,
      numbers.map((n) => entry(noted, { n })),
    ),
  );
}

const numbersOf = (messages: readonly BusMessage[], key: string) =>
  messages.filter((message) => message.key === key).map((message) => JSON.parse(message.value).data.n);

async function unsent(): Promise<number> {
  const [row] = await given.db.query<{ n: number }>('select count(*) as n from outbox_waiting');
  return row?.n ?? 0;
}

test('what is committed is published in order, and its number is in the event', async () => {
  start();
  for (let n = 1; n <= 20; n += 1) await commit(`key-${n % 2}`, n * 2, n * 2 + 1);
  await eventually(async () => (await unsent()) === 0 && arrived.length === 40);
  for (const key of ['key-0', 'key-1']) {
    const rows = await given.db.query('select no from outbox where key = $1 order by position', [key]);
    const events = arrived.filter((message) => message.key === key).map((message) => JSON.parse(message.value));
    expect(events.map((event) => event.runseq)).toEqual(rows.map((row) => row.no));
    expect(events.map((event) => event.data.n)).toEqual([...numbersOf(arrived, key)].sort((a, b) => a - b));
  }
});

test('while the bus is away the events wait; when it is back they are published in order', async () => {
  start();
  await commit('a', 1);
  await eventually(() => arrived.length === 1);
  cable.unplug();
  for (let n = 2; n <= 10; n += 1) await commit('a', n);
  await expect(bus.check()).rejects.toThrow();
  // The first has been published, which is marked a moment later.
  await eventually(async () => (await unsent()) === 9);
  cable.plugIn();
  await eventually(async () => (await unsent()) === 0);
  await eventually(() => arrived.length >= 10);
  expect(numbersOf(arrived, 'a')).toEqual([1, 2, 3, 4, 5, 6, 7, 8, 9, 10]);
});

test('a backlog of more than one batch is published in order', async () => {
  for (let turn = 0; turn < 13; turn += 1) await commit('a', ...Array.from({ length: 100 }, (_, n) => turn * 100 + n));
  start();
  await eventually(() => arrived.length === 1_300);
  expect(numbersOf(arrived, 'a')).toEqual(Array.from({ length: 1_300 }, (_, n) => n));
});

test('commits of another process are found without its word', async () => {
  start();
  outbox = newOutbox('another-process');
  await commit('a', 1);
  await eventually(() => arrived.length === 1);
});

test('of two relays one is active; when it ends the other goes on', async () => {
  const counts = [0, 0];
  const counting = (index: 0 | 1) =>
    start(async (messages) => {
      counts[index] = (counts[index] ?? 0) + messages.length;
      await bus.publish(messages);
    });
  const first = counting(0);
  await commit('a', 0);
  await eventually(() => arrived.length === 1);
  counting(1);
  for (let n = 1; n < 50; n += 1) await commit('a', n);
  await eventually(() => arrived.length === 50);
  expect(counts).toEqual([50, 0]);
  await first.close();
  await commit('a', 50);
  await eventually(() => arrived.length === 51);
  expect(counts).toEqual([50, 1]);
  expect(numbersOf(arrived, 'a')).toEqual(Array.from({ length: 51 }, (_, n) => n));
});

test('close publishes what is committed, and gives the lease back', async () => {
  const relay = start();
  for (let n = 0; n < 30; n += 1) await commit(`key-${n}`, n);
  await relay.close();
  expect(await unsent()).toBe(0);
  expect(await acquireLease(given.db, 'outbox-relay', 'the next')).toBe(2);
});

test('close while the bus is away does not wait for it, and marks nothing', async () => {
  cable.unplug();
  const failed = newGate();
  const relay = start((messages) =>
    bus.publish(messages).catch((error) => {
      failed.open();
      throw error;
    }),
  );
  await commit('a', 1);
  await failed.passed;
  await relay.close();
  expect(await unsent()).toBe(1);
});
