// An event that the bus refuses for good parks its own key, until an operator lets it try again or gives it up.
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import type { BusMessage } from '../src/bus/bus.ts';
import { outboxCheck } from '../src/outbox-backlog.ts';
import { PublishRejected } from '../src/publish-rejected.ts';
import { errorLog, inboxOf } from './given-consumer.ts';
import { givenOperator } from './given-operator.ts';
import { type GivenRelay, givenRelay } from './given-relay.ts';

let given: GivenRelay;
let operator: ReturnType<typeof givenOperator>;
let batches: number[];
/** The numbers that the bus refuses. */
let tooLarge: number[];

beforeEach(async () => {
  given = await givenRelay();
  operator = givenOperator(inboxOf(given.db));
  batches = [];
  tooLarge = [];
});

afterEach(() => given.close());

const contentOf = (message: BusMessage) => JSON.parse(message.value).data.n as number;

/** Refuses a batch as a whole, without a word about which message it was, as brokers do. */
async function publish(messages: BusMessage[]): Promise<void> {
  batches.push(messages.length);
  if (messages.some((message) => tooLarge.includes(contentOf(message)))) throw new PublishRejected('too large');
  await given.bus.publish(messages);
}

/** Number 3 of key `a` is refused, in a batch of 20 events of five keys. @returns its letter's id */
async function givenParked(): Promise<number> {
  tooLarge = [3];
  for (const n of [1, 2, 3, 4])
    for (const key of ['a', 'b', 'c', 'd', 'e']) await given.commit(key, key === 'a' ? n : n + 10);
  const { logger, errors } = errorLog();
  given.start(publish, logger);
  await eventually(async () => (await given.unsent()) === 2);
  expect(errors).toMatchObject([{ fields: { topic: 'agent.events', key: 'a', error: { message: 'too large' } } }]);
  const [letter] = await operator.lettersOf('a', 'unpublishable');
  return letter?.id ?? 0;
}

test('its key stays behind and every other goes on, in order; operators are told', async () => {
  const id = await givenParked();
  await given.commit('a', 5);
  await given.commit('b', 15);
  await eventually(async () => (await given.effects('b')).length === 5);
  // They are marked as published a little later.
  await eventually(async () => (await given.unsent()) === 3);
  for (const key of ['b', 'c', 'd', 'e']) expect((await given.effects(key)).slice(0, 4)).toEqual([11, 12, 13, 14]);
  expect(await given.effects('a')).toEqual([1, 2]);
  expect((await operator.get(`/${id}`)).body).toMatchObject({
    consumer: 'outbox',
    topic: 'agent.events',
    key: 'a',
    no: 3,
    event_type: 'thing.noted',
    reason: 'too large',
    held_behind: 2,
    message: expect.stringContaining('"data":{"n":3}'),
  });
  expect(await outboxCheck(given.db).run()).toMatchObject({ status: 'warning', waiting: 3, parked_keys: 1 });
});

test('replayed when the bus takes it, it is published, and those behind it, in order', async () => {
  const id = await givenParked();
  tooLarge = [];
  expect((await operator.replay(id)).body).toMatchObject({ state: 'replayed', held_behind: 0 });
  await eventually(async () => (await given.unsent()) === 0);
  await eventually(async () => (await given.effects('a')).length === 4);
  expect(await given.effects('a')).toEqual([1, 2, 3, 4]);
  expect((await operator.replay(id)).body.code).toBe('DEAD_LETTER_SETTLED');
});

test('replayed while the bus still refuses it, it parks its key again', async () => {
  const id = await givenParked();
  await operator.replay(id);
  const again = await eventually(async () => (await operator.lettersOf('a', 'unpublishable'))[0]);
  expect(again.id).toBeGreaterThan(id);
  expect([await given.effects('a'), await given.unsent()]).toEqual([[1, 2], 2]);
});

test('discarded, it has no effect anywhere, and no consumer waits for its number', async () => {
  const id = await givenParked();
  tooLarge = [];
  expect((await operator.discard(id)).body.state).toBe('discarded');
  await eventually(async () => (await given.effects('a')).length === 3);
  expect(await given.effects('a')).toEqual([1, 2, 4]);
  expect(await given.db.query('select last_no, held, parked from inbox_keys where key = $1', ['a'])).toEqual([
    { last_no: 4, held: 0, parked: false },
  ]);
});

test('a batch that is too large as a whole is published in parts, and nothing is parked', async () => {
  await given.commit('a', ...Array.from({ length: 40 }, (_, n) => n));
  given.start(async (messages) => {
    batches.push(messages.length);
    if (messages.length > 7) throw new PublishRejected('too large');
    await given.bus.publish(messages);
  });
  await eventually(async () => (await given.effects('a')).length === 40);
  await eventually(async () => (await given.unsent()) === 0);
  expect(await given.effects('a')).toEqual(Array.from({ length: 40 }, (_, n) => n));
  expect(await operator.lettersOf('a', 'unpublishable')).toEqual([]);
});

test('a relay that has lost its lease parks nothing', async () => {
  await given.commit('a', 1);
  let refusals = 0;
  const relay = given.start(async () => {
    refusals += 1;
    await given.db.query(
      `update leases set holder = 'waiting:another', epoch = 2, expires_at = clock_timestamp() + interval '1 hour'`,
    );
    throw new PublishRejected('too large');
  });
  await eventually(() => refusals > 0);
  await relay.close();
  expect(await given.db.query('select parked from outbox_keys')).toEqual([{ parked: false }]);
  expect(await operator.lettersOf('a', 'unpublishable')).toEqual([]);
});
