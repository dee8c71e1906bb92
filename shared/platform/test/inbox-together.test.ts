// Events of different keys that wait at once are applied in one transaction, and nothing else changes by that.
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { applyTogether } from '../src/apply-runs.ts';
import type { BusMessage } from '../src/bus/bus.ts';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { startInbox } from '../src/inbox.ts';
import { silentLogger } from '../src/logger.ts';
import {
  breakConnection,
  createEffects,
  deliver,
  effectsOf,
  inboxOf,
  lettersOf,
  type NotedContext,
  writeEffect,
} from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { ignored, numbered, toMessage } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await createEffects(given.db);
});

afterAll(() => given.close());

const sharing = (handle = writeEffect, db = given.db) => inboxOf(db, handle, { mayShare: () => true });
const together = (bursts: BusMessage[][], handle = writeEffect) => applyTogether(sharing(handle), bursts);
const keysOf = (name: string) => ['a', 'b', 'c'].map((key) => `${name} ${key}`) as [string, string, string];

async function effectsOfAll(keys: string[]): Promise<number[][]> {
  return Promise.all(keys.map((key) => effectsOf(given.db, key)));
}

async function transactionsOf(keys: string[]): Promise<number> {
  return (await given.db.query('select distinct xmin::text from effects where key = any($1)', [keys])).length;
}

/** How many events have been entered, and how far their keys are. */
async function inboxRows(keys: string[]): Promise<number> {
  return (await given.db.query('select 1 from inbox_keys where key = any($1) and last_no > 0', [keys])).length;
}

describe('bursts of several keys', () => {
  test('are one transaction, each in its order, from the beginning and later', async () => {
    const keys = keysOf('several');
    const [a, b, c] = keys;
    expect(await together([numbered(a, 1, 2), numbered(b, 1), numbered(c, 1, 2, 3)])).toEqual([true, true, true]);
    expect([await effectsOfAll(keys), await transactionsOf(keys)]).toEqual([[[1, 2], [1], [1, 2, 3]], 1]);
    expect(await together([numbered(c, 4), numbered(a, 3, 4), numbered(b, 2, 3)])).toEqual([true, true, true]);
    expect(await effectsOfAll(keys)).toEqual([
      [1, 2, 3, 4],
      [1, 2, 3],
      [1, 2, 3, 4],
    ]);
    expect(await transactionsOf(keys)).toBe(2);
  });

  test('that come again, in part or whole, and at two replicas at once, are applied once', async () => {
    const keys = keysOf('again');
    const bursts = keys.map((key) => numbered(key, 1, 2, 3));
    const replica = sharing(writeEffect, given.replica());
    const both = await Promise.all(
      [sharing(), replica, sharing(), replica].map((options) => applyTogether(options, bursts)),
    );
    for (const index of [0, 1, 2]) expect(both.filter((taken) => taken[index])).toHaveLength(1);
    expect(await together([bursts[0]?.slice(1) ?? [], ...bursts])).toEqual([false, false, false, false]);
    expect(await effectsOfAll(keys)).toEqual([
      [1, 2, 3],
      [1, 2, 3],
      [1, 2, 3],
    ]);
  });
});

describe('of a key that is not as usual nothing is taken, of the others all', () => {
  test('after a gap, where something is held, behind a dead letter, and of what was there before', async () => {
    const refuses = async (context: NotedContext) => {
      await writeEffect(context);
      if (context.data.n === 13) throw new Error('13 is not applied here');
    };
    await deliver(inboxOf(given.db, refuses), toMessage('parked', 1, { n: 13 }), ...numbered('held', 1, 3));
    await deliver(inboxOf(given.db), ...numbered('known', 1), ...numbered('gap', 1));
    const bursts = [
      numbered('good', 1),
      numbered('gap', 3),
      numbered('parked', 2),
      numbered('held', 2),
      numbered('known', 1, 2),
      numbered('never begun', 2),
      numbered('as good', 1, 2),
    ];
    expect(await together(bursts)).toEqual([true, false, false, false, false, false, true]);
    expect(await effectsOfAll(['good', 'gap', 'parked', 'held', 'known', 'never begun', 'as good'])).toEqual([
      [1],
      [1],
      [],
      [1],
      [1],
      [],
      [1, 2],
    ]);
    // What was left out is settled as ever.
    await deliver(inboxOf(given.db), ...bursts.flat(), ...numbered('gap', 2), ...numbered('never begun', 1));
    expect(await effectsOfAll(['gap', 'parked', 'held', 'known', 'never begun'])).toEqual([
      [1, 2, 3],
      [],
      [1, 2, 3],
      [1, 2],
      [1, 2],
    ]);
  });

  test('while somebody else has it locked, and nobody waits for that', async () => {
    const [a, b, c] = keysOf('locked');
    await deliver(inboxOf(given.db), ...numbered(a, 1), ...numbered(b, 1));
    await given.db.transaction(async (tx) => {
      await tx.query('select 1 from inbox_keys where key = $1 for update', [a]);
      expect(await together([numbered(a, 2), numbered(b, 2), numbered(c, 1)])).toEqual([false, true, true]);
    });
    expect(await effectsOfAll([a, b, c])).toEqual([[1], [1, 2], [1]]);
  });

  test('of messages that cannot be read, have no number, or lack one in between', async () => {
    const [a, b, c] = keysOf('unreadable');
    const raw = { topic: 'agent.events', key: a, value: 'no JSON' };
    const bursts = [
      [raw],
      [toMessage(b, undefined, { n: 1 })],
      numbered('missing', 1, 3),
      numbered(c, 1),
      numbered('d', 1),
    ];
    expect(await together(bursts)).toEqual([false, false, false, true, true]);
  });

  test('of events that may not share, and the one that is left goes its own way', async () => {
    const [a, b] = keysOf('alone');
    const options = inboxOf(given.db, writeEffect, { mayShare: ({ type }) => type !== ignored.type });
    const bursts = [numbered(a, 1), [toMessage(b, 1, { n: 1 }, ignored)]];
    expect(await applyTogether(options, bursts)).toEqual([false, false]);
    expect(await inboxRows([a, b])).toBe(0);
  });
});

describe('nothing of any key is left, and nothing is taken,', () => {
  test.each<[string, (context: NotedContext) => Promise<void>]>([
    ['when a handler refuses one', () => Promise.reject(new Error('refused'))],
    ['when the database refuses one', async ({ tx }) => void (await tx.query('select 1 / 0'))],
    ['when the database refuses what nobody waited for', async ({ tx }) => tx.send('select 1 / 0')],
    ['when the connection breaks', ({ tx }) => breakConnection(tx)],
    ['when a lock is not to be had', async ({ tx }) => void (await tx.query('lock table locked'))],
  ])('%s', async (what, fail) => {
    const keys = keysOf(what);
    const [a, b, c] = keys;
    const failing = async (context: NotedContext) => {
      await writeEffect(context);
      if (context.event.subject === b && context.data.n === 2) await fail(context);
    };
    const bursts = [numbered(a, 1), numbered(b, 1, 2), numbered(c, 1)];
    await given.db.query('create table if not exists locked (n int)');
    await given.db.transaction(async (tx) => {
      await tx.query('lock table locked');
      expect(await together(bursts, failing)).toEqual([false, false, false]);
    });
    expect([await effectsOfAll(keys), await inboxRows(keys)]).toEqual([[[], [], []], 0]);
    expect(await together(bursts)).toEqual([true, true, true]);
    expect(await effectsOfAll(keys)).toEqual([[1], [1, 2], [1]]);
  });
});

test('on a bus, a poison message among those of many keys parks its own key and no other', async () => {
  const database = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: database.url, logger: silentLogger });
  const keys = Array.from({ length: 30 }, (_, index) => `many ${index}`);
  const poison = keys[17] as string;
  const options = sharing(async (context) => {
    await writeEffect(context);
    if (context.event.subject === poison && context.data.n === 2) throw new Error('not this one');
  });
  await bus.publish([1, 2, 3].flatMap((n) => keys.map((key) => toMessage(key, n, { n }))));
  const inbox = await startInbox({ ...options, bus });
  await eventually(async () => (await effectsOfAll(keys)).flat().length === 29 * 3 + 1);
  await eventually(async () => (await lettersOf(given.db, poison)).length === 2);
  await bus.publish(keys.map((key) => toMessage(key, 4, { n: 4 })));
  await eventually(async () => (await lettersOf(given.db, poison)).length === 3);
  await eventually(async () => (await effectsOfAll(keys)).flat().length === 29 * 4 + 1);
  for (const key of keys) expect(await effectsOf(given.db, key)).toEqual(key === poison ? [1] : [1, 2, 3, 4]);
  expect((await lettersOf(given.db, poison)).map(({ no, state }) => [no, state])).toEqual([
    [2, 'dead'],
    [3, 'held'],
    [4, 'held'],
  ]);
  expect(
    await given.db.query('select 1 from dead_letters where key like $1 and key <> $2', ['many %', poison]),
  ).toEqual([]);
  expect(await transactionsOf(keys)).toBeLessThan(29 * 2);
  await inbox.close();
  await bus.close();
  await database.drop();
});
