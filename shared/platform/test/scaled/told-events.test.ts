// What is committed is told by Redis, signed; what is heard there and was not signed so is not believed.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newTextVerifier, signText } from '../../src/ahead/signed-text.ts';
import { openToldEvents, type ToldEvents, tellEvents } from '../../src/ahead/told-events.ts';
import type { BusMessage } from '../../src/bus/bus.ts';
import { silentLogger } from '../../src/logger.ts';
import { entry, newOutbox, type Outbox, type OutboxRow } from '../../src/outbox.ts';
import type { Redis } from '../../src/redis/redis.ts';
import { openSigningKey, type SigningKey } from '../../src/signing-key.ts';
import { type GivenDatabase, givenDatabase } from '../given-database.ts';
import { commanded, noted, toMessage } from '../given-events.ts';
import { type GivenRedis, givenRedis } from './given-redis.ts';

let given: GivenDatabase;
let redises: GivenRedis;
let redis: Redis;
let key: SigningKey;
let outbox: Outbox;
let isTold: (row: OutboxRow) => boolean;
let told: ToldEvents;
let heard: BusMessage[];

const CHANNEL = 'builder:agent.events';

beforeEach(async () => {
  given = await givenDatabase();
  redises = await givenRedis();
  redis = await redises.open();
  key = await openSigningKey(given.db);
  outbox = newOutbox('agent-service');
  isTold = tellEvents({ redis, outbox, topic: 'agent.events', signingKey: key });
  told = openToldEvents({
    redis: await redises.open(),
    topic: 'agent.events',
    verify: newTextVerifier(key.jwks),
    logger: silentLogger,
  });
  heard = [];
  told.hear({ isMine: (_topic, of) => of !== 'not mine', take: (messages) => void heard.push(...messages) });
  await eventually(async () => (await publish('')) === 1);
});

afterEach(async () => {
  told.close();
  await redises.close();
  await given.close();
});

const publish = (payload: string) => redis.run((client) => client.publish(CHANNEL, payload)).catch(() => 0);

const commit = (of: string, ...numbers: number[]) =>
  given.db.transaction((tx) =>
    outbox.add(
      tx,
      of,
      numbers.map((n) => entry(noted, { n })),
    ),
  );

const numbersOf = (messages: readonly BusMessage[]) => messages.map(({ value }) => JSON.parse(value).data.n);

test('all but the first event of a key is told in order, as the bus will bring it', async () => {
  const published: OutboxRow[] = [];
  outbox.onAdded((rows) => published.push(...rows));
  await commit('a', 1);
  await commit('a', 2, 3);
  await commit('not mine', 1);
  await commit('not mine', 2);
  await given.db.transaction((tx) => outbox.add(tx, 'a', [entry(commanded, { n: 1 }), entry(commanded, { n: 2 })]));
  await commit('a', 4);
  await eventually(() => heard.length >= 3);
  expect(numbersOf(heard)).toEqual([2, 3, 4]);
  expect(heard.map(({ value }) => JSON.parse(value).runseq)).toEqual([2, 3, 4]);
  expect(published.map((row) => [row.key, row.topic, row.no, isTold(row)])).toEqual([
    ['a', 'agent.events', 1, false],
    ['a', 'agent.events', 2, true],
    ['a', 'agent.events', 3, true],
    ['not mine', 'agent.events', 1, false],
    ['not mine', 'agent.events', 2, true],
    ['a', 'task.commands', 1, false],
    ['a', 'task.commands', 2, false],
    ['a', 'agent.events', 4, true],
  ]);
});

test('what somebody else says there is not believed', async () => {
  const { value } = toMessage('a', 2, { n: 2 });
  const good = signText(`a\n${value}`, key);
  await publish(`a\n${value}`);
  await publish(`${good}\nb\n${value}`);
  await publish(`${good}\na\n${value}\n${value}`);
  await publish(`${signText(value, key)}\na\n${value}`);
  await publish('\n\n');
  await publish(`${good}\na\n${value}`);
  await eventually(() => heard.length > 0);
  expect(heard).toEqual([{ topic: 'agent.events', key: 'a', value }]);
});

test('while Redis is away nothing is told, nobody waits, and it is told again afterwards', async () => {
  await commit('a', 1);
  await redises.server.kill();
  await eventually(() => !redis.isHere());
  await commit('a', 2);
  await redises.server.restart();
  await eventually(async () => (await publish('')) === 1);
  await commit('a', 3);
  await eventually(() => heard.length > 0);
  expect(numbersOf(heard)).toEqual([3]);
});

test('what is large comes by the bus', async () => {
  await commit('a', 1);
  await given.db.transaction((tx) => outbox.add(tx, 'a', [entry(noted, { n: 2, text: 'x'.repeat(40_000) })]));
  await commit('a', 3);
  await eventually(() => heard.length > 0);
  expect(numbersOf(heard)).toEqual([3]);
});
