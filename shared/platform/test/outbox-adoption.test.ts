// During an upgrade a version that has no table of what waits adds and publishes events beside this one: none is left behind.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BusMessage } from '../src/bus/bus.ts';
import { acquireLease } from '../src/lease.ts';
import { newId } from '../src/new-id.ts';
import { newOutboxAdoption, newRelayHolder } from '../src/outbox-adoption.ts';
import { RELAY_LEASE } from '../src/outbox-parking.ts';
import { type GivenRelay, givenRelay } from './given-relay.ts';

let given: GivenRelay;
let published: number[];

beforeEach(async () => {
  given = await givenRelay();
  published = [];
});

afterEach(() => given.close());

async function publish(messages: BusMessage[]): Promise<void> {
  await given.bus.publish(messages);
  published.push(...messages.map(({ value }) => JSON.parse(value).data.n as number));
}

const older = async () => (await given.db.query('select 1 from outbox where sent_at is null')).length;

test('what it added before and between ours is published once, in order, and marked', async () => {
  await given.commitAsBefore('a', 1);
  await given.commit('a', 2);
  await given.commitAsBefore('a', 3, 4);
  await given.commit('a', 5);
  given.start(publish);
  await eventually(() => published.length === 5);
  for (const n of [6, 9, 12]) {
    await given.commit('a', n);
    await given.commitAsBefore('a', n + 1);
    await given.commit('a', n + 2);
  }
  await eventually(async () => (await given.unsent()) === 0 && (await older()) === 0);
  await eventually(async () => (await given.effects('a')).length === 14);
  const all = Array.from({ length: 14 }, (_, index) => index + 1);
  expect([published, await given.effects('a')]).toEqual([all, all]);
});

test('more of it than is adopted at once is published in order', async () => {
  await given.db.query(
    `insert into outbox (id, topic, key, no, event)
     select gen_random_uuid(), 'agent.events', 'many', n, json_build_object('data', json_build_object('n', n))
     from generate_series(1, 10100) n`,
  );
  const numbers: number[] = [];
  given.start(async (messages) => void numbers.push(...messages.map(({ value }) => JSON.parse(value).data.n)));
  await eventually(async () => numbers.length >= 10_100 && (await given.unsent()) === 0);
  expect(numbers).toEqual(Array.from({ length: 10_100 }, (_, index) => index + 1));
  expect(await older()).toBe(0);
});

test('a relay that has lost its lease adopts nothing', async () => {
  const epoch = await acquireLease(given.db, RELAY_LEASE, 'paused');
  await given.db.query(`update leases set holder = 'another', epoch = epoch + 1`);
  await given.commitAsBefore('a', 1, 2);
  expect(await newOutboxAdoption(given.db).adopt(epoch as number)).toBe(false);
  expect([await given.unsent(), await older()]).toEqual([0, 2]);
  expect(await newOutboxAdoption(given.db).adopt((epoch as number) + 1)).toBe(true);
  expect([await given.unsent(), await older()]).toEqual([2, 0]);
});

/** Somebody else leads for an hour: a relay of this version, or one of the version before. */
const lead = (holder: string) =>
  given.db.query(
    `insert into leases (name, holder, epoch, expires_at) values ($1, $2, 1, clock_timestamp() + interval '1 hour')`,
    [RELAY_LEASE, holder],
  );

test('while a relay of that version leads it is handed what we add, and what it leaves is published once', async () => {
  await lead(newId());
  given.start(publish);
  for (const n of [1, 2]) {
    await given.commit('a', n);
    await eventually(async () => (await older()) === n && (await given.unsent()) === 0);
  }
  // It has published the first, in its way, and is gone.
  await given.db.query('update outbox set sent_at = clock_timestamp() where no = 1');
  await given.db.query(`update leases set expires_at = clock_timestamp() - interval '1 second'`);
  await eventually(async () => published.length > 0 && (await given.unsent()) === 0);
  expect([published, await older()]).toEqual([[2], 0]);
});

test('the last of this version hands what it has added to a relay of that version that leads', async () => {
  await lead(newId());
  const relay = given.start(publish);
  await given.commit('a', 1);
  await eventually(async () => (await older()) === 1);
  await given.commit('a', 2);
  await relay.close();
  expect([published, await given.unsent(), await older()]).toEqual([[], 0, 2]);
});

test('nothing is handed to a relay of this version, which finds it', async () => {
  await lead(newRelayHolder());
  await given.commit('a', 1);
  await given.start(publish).close();
  expect([published, await given.unsent(), await older()]).toEqual([[], 1, 0]);
});
