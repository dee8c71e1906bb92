// A message that cannot be applied is kept with its reason and parks its own key; everything else goes on.
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import type { Bus, BusMessage } from '../src/bus/bus.ts';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { applyMessage, startInbox } from '../src/inbox.ts';
import { silentLogger } from '../src/logger.ts';
import { createEffects, deliver, effectsOf, errorLog, inboxOf, lettersOf, writeEffect } from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { toMessage } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await createEffects(given.db);
});

afterAll(() => given.close());

const REFUSED = 13;

/** Applies all but number 13. */
const options = () =>
  inboxOf(given.db, async (context) => {
    await writeEffect(context);
    if (context.data.n === REFUSED) throw new Error('13 is not applied here');
  });

function changed(key: string, change: Record<string, unknown>): BusMessage {
  const message = toMessage(key, 2, { n: 2 });
  return { ...message, value: JSON.stringify({ ...JSON.parse(message.value), ...change }) };
}

const raw = (key: string, value: string): BusMessage => ({ topic: 'agent.events', key, value });

const POISON: [what: string, make: (key: string) => BusMessage, no: number | null, reason: string, attempts: number][] =
  [
    ['broken JSON', (key) => raw(key, '{"specversion":'), null, 'The message is not JSON', 1],
    ['nothing', (key) => raw(key, ''), null, 'The message is not JSON', 1],
    ['JSON that is no event', (key) => raw(key, '[1]'), null, 'The message is not a CloudEvent: "value" must be', 1],
    ['an event without id', (key) => changed(key, { id: undefined }), null, 'not a CloudEvent: "id" is required', 1],
    ['an id that cannot be stored', (key) => changed(key, { id: 'a\0b' }), null, 'not a CloudEvent: "id"', 1],
    ['another version', (key) => changed(key, { specversion: '2.0' }), null, '"specversion" must be [1.0]', 1],
    [
      'data of another shape',
      (key) => changed(key, { data: { n: 'two' } }),
      2,
      'thing.noted does not fit its schema',
      1,
    ],
    ['data that its handler refuses', (key) => changed(key, { data: { n: REFUSED } }), 2, '13 is not applied here', 3],
    ['data that cannot be stored', (key) => changed(key, { data: { n: 2 ** 40 } }), 2, 'out of range', 3],
  ];

describe.each(POISON)('%s', (what, make, no, reason, attempts) => {
  const key = `poison: ${what}`;
  let bus: Bus;
  let close: () => Promise<void>;
  const { errors, logger } = errorLog();

  beforeAll(async () => {
    const database = await openServiceDatabase();
    bus = await openLocalBus({ databaseUrl: database.url, logger: silentLogger });
    const inbox = await startInbox({ ...options(), bus, logger });
    close = async () => {
      await inbox.close();
      await bus.close();
      await database.drop();
    };
  });

  afterAll(() => close());

  test('becomes a dead letter with its reason, holds the next of its key, and stops no other key', async () => {
    await bus.publish([
      toMessage(key, 1, { n: 1 }),
      make(key),
      toMessage(key, 3, { n: 3 }),
      toMessage(`beside ${key}`, 1, { n: 1 }),
      toMessage(key, 4, { n: 4 }),
      toMessage(`beside ${key}`, 2, { n: 2 }),
    ]);
    await eventually(async () => (await effectsOf(given.db, `beside ${key}`)).length === 2);
    await eventually(async () => (await lettersOf(given.db, key)).length === 3);
    expect(await effectsOf(given.db, key)).toEqual([1]);
    expect(await lettersOf(given.db, key)).toEqual([
      { key, no, state: 'dead', reason: expect.stringContaining(reason), attempts },
      { key, no: 3, state: 'held', reason: 'behind a dead letter', attempts: 0 },
      { key, no: 4, state: 'held', reason: 'behind a dead letter', attempts: 0 },
    ]);
    const [{ parked, held } = {}] = await given.db.query('select parked, held from inbox_keys where key = $1', [key]);
    expect({ parked, held }).toEqual({ parked: true, held: 2 });
    // An operator is told, and which key it is about.
    expect(errors).toEqual([
      {
        message: 'An event became a dead letter and parks its key',
        fields: expect.objectContaining({ key, attempts }),
      },
    ]);
  });

  test('is kept as it came, and kept once when it is delivered again', async () => {
    const poison = make(`again ${key}`);
    await deliver(options(), poison, poison);
    await Promise.all([applyMessage(options(), poison), applyMessage(options(), poison)]);
    const letters = await given.db.query('select state, message from dead_letters where key = $1', [poison.key]);
    expect(letters).toEqual([{ state: no === null ? 'dead' : 'held', message: poison.value }]);
  });
});

test('a second poison message of a parked key waits behind the first', async () => {
  await deliver(options(), raw('two', 'first'), raw('two', 'second'), toMessage('two', 1, { n: 1 }));
  expect((await lettersOf(given.db, 'two')).map(({ state }) => state)).toEqual(['dead', 'held', 'held']);
  expect(await effectsOf(given.db, 'two')).toEqual([]);
});

test('bytes that PostgreSQL cannot store do not keep a message from becoming a dead letter', async () => {
  await deliver(options(), raw('nul', 'a\0b'));
  expect(await lettersOf(given.db, 'nul')).toMatchObject([{ state: 'dead', reason: 'The message is not JSON' }]);
  const refuses = inboxOf(given.db, async ({ data }) => {
    if (data.n === 2) throw 'a reason with \0 in it';
  });
  const [one, two] = [1, 2].map((n) => (key: string) => toMessage(key, n, { n }));
  if (!one || !two) throw new Error('no messages');
  await deliver(refuses, one('nul-reason'), two('nul-reason'), two('nul-gap'), one('nul-gap'));
  const dead = [{ no: 2, state: 'dead', reason: 'a reason with \ufffd in it' }];
  expect(await lettersOf(given.db, 'nul-reason')).toMatchObject(dead);
  expect(await lettersOf(given.db, 'nul-gap')).toMatchObject(dead);
});
