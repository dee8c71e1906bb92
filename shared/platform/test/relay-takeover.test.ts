// Two relays on one outbox: whoever is paused, slow or late, every event has its effect once and in order.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { eventually } from '@builder-ai/testing/eventually';
import { type Gate, newGate } from '@builder-ai/testing/gate';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BusMessage } from '../src/bus/bus.ts';
import { LEASE_MS } from '../src/lease.ts';
import { lettersOf } from './given-consumer.ts';
import { type GivenRelay, givenRelay } from './given-relay.ts';

let given: GivenRelay;
let gates: Gate[];
let child: ChildProcess | undefined;

beforeEach(async () => {
  gates = [];
  given = await givenRelay();
});

afterEach(async () => {
  // A test that failed must not hang in its cleaning up.
  for (const gate of gates) gate.open();
  child?.kill('SIGKILL');
  child = undefined;
  await given.close();
});

function gate(): Gate {
  const made = newGate();
  gates.push(made);
  return made;
}

const runTo = (end: number) => Array.from({ length: end }, (_, index) => index + 1);

/** What happens to a process that is paused: its lease is not renewed, and another has it. */
const takeLeaseAway = () =>
  given.db.query(`update leases set holder = 'another', epoch = epoch + 1, expires_at = clock_timestamp()`);

test('a publish that goes out after another relay has published the same and more is forgiven', async () => {
  const asleep = gate();
  const late: BusMessage[] = [];
  given.start(async (messages) => {
    late.push(...messages);
    await asleep.passed;
    await given.bus.publish(messages);
  });
  await given.commit('a', 1, 2, 3);
  await eventually(() => late.length === 3);
  await takeLeaseAway();
  given.start();
  await eventually(async () => (await given.effects('a')).length === 3);
  await given.commit('a', 4, 5);
  await eventually(async () => (await given.effects('a')).length === 5);
  asleep.open();
  await given.commit('a', 6);
  await eventually(async () => (await given.unsent()) === 0);
  // Behind the late ones in the bus: when this has arrived, they have.
  await given.commit('a', 7);
  await eventually(async () => (await given.effects('a')).length === 7);
  expect([await given.effects('a'), await lettersOf(given.db, 'a')]).toEqual([runTo(7), []]);
});

test('a relay that finds its lease gone after it has published marks nothing as sent', async () => {
  const asleep = gate();
  const relay = given.start(async (messages) => {
    await asleep.passed;
    await given.bus.publish(messages);
  });
  await given.commit('a', 1, 2);
  await eventually(async () => (await given.lease())?.epoch === 1);
  await given.db.query(
    `update leases set holder = 'waiting:another', epoch = 2, expires_at = clock_timestamp() + interval '1 hour'`,
  );
  asleep.open();
  await eventually(async () => (await given.effects('a')).length === 2);
  await relay.close();
  expect(await given.unsent()).toBe(2);
});

test('a relay whose bus is slower than a lease keeps it, so two of them do not undo each other for ever', async () => {
  const slow = gate();
  let asked = 0;
  const publish = async (messages: BusMessage[]) => {
    asked += 1;
    await slow.passed;
    await given.bus.publish(messages);
  };
  given.start(publish);
  await given.commit('a', 1);
  await eventually(() => asked === 1);
  const first = await given.lease();
  given.start(publish);
  await eventually(async () => {
    const now = await given.lease();
    return (now?.expires_at.getTime() ?? 0) > (first?.expires_at.getTime() ?? 0) + LEASE_MS;
  });
  slow.open();
  await eventually(async () => (await given.unsent()) === 0);
  expect([asked, (await given.lease())?.epoch, await given.effects('a')]).toEqual([1, 1, [1]]);
});

test('a process that is stopped while it publishes is taken over; what it sends when it goes on changes nothing', async () => {
  await given.db.query('create table sent (position bigserial, topic text, key text, value text)');
  const running = spawn(process.execPath, [fileURLToPath(new URL('./relay-process.ts', import.meta.url)), given.url], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  child = running;
  const lines = createInterface(running.stdout);
  await given.commit('a', 1, 2, 3);
  await once(lines, 'line');
  running.kill('SIGSTOP');
  given.start();
  await given.commit('a', 4, 5);
  await eventually(async () => (await given.effects('a')).length === 5);
  expect((await given.lease())?.epoch).toBe(2);
  running.stdin.write('go on\n');
  running.kill('SIGCONT');
  const late = await eventually(async () => {
    const rows = await given.db.query<BusMessage>('select topic, key, value from sent order by position');
    return rows.length >= 3 && rows;
  });
  await given.bus.publish(late);
  await given.commit('a', 6);
  await eventually(async () => (await given.effects('a')).length === 6);
  expect([await given.effects('a'), await lettersOf(given.db, 'a')]).toEqual([runTo(6), []]);
  await eventually(async () => (await given.unsent()) === 0);
});
