// What comes in a burst is applied in one transaction, and nothing else changes by that.
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { applyMessage, applyMessages } from '../src/inbox.ts';
import {
  breakConnection,
  createEffects,
  effectsOf,
  inboxOf,
  lettersOf,
  type NotedContext,
  writeEffect,
} from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { numbered } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await createEffects(given.db);
});

afterAll(() => given.close());

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);

/** Delivers as a bus does: what was not taken comes again. @returns how many were taken each time */
async function deliverAll(key: string, numbers: number[], handle = writeEffect): Promise<number[]> {
  const taken: number[] = [];
  let left = numbered(key, ...numbers);
  while (left[0]) {
    const [first, ...behind] = left;
    taken.push(await applyMessages(inboxOf(given.db, handle), first, behind));
    left = left.slice(taken.at(-1));
  }
  return taken;
}

async function transactionsOf(key: string): Promise<number> {
  const rows = await given.db.query('select distinct xmin::text from effects where key = $1', [key]);
  return rows.length;
}

test('a burst is one transaction', async () => {
  expect(await deliverAll('burst', upTo(20))).toEqual([20]);
  expect([await effectsOf(given.db, 'burst'), await transactionsOf('burst')]).toEqual([upTo(20), 1]);
});

test('a burst that comes again, in part or whole, and at two replicas at once, is applied once', async () => {
  const messages = numbered('again', ...upTo(9));
  const [first, ...behind] = messages;
  if (!first) throw new Error('no message');
  const options = [inboxOf(given.db), inboxOf(given.replica())];
  await Promise.all(
    [0, 1, 0, 1].map(async (index) => {
      const taken = await applyMessages(options[index] ?? inboxOf(given.db), first, behind);
      for (const message of messages.slice(taken)) await applyMessage(inboxOf(given.db), message);
    }),
  );
  expect([await effectsOf(given.db, 'again'), await lettersOf(given.db, 'again')]).toEqual([upTo(9), []]);
});

test('a burst with a gap is applied to the gap, and the rest after what was missing', async () => {
  await deliverAll('gap', [1, 2, 4, 5]);
  expect(await effectsOf(given.db, 'gap')).toEqual([1, 2]);
  await deliverAll('gap', [3, 6, 7]);
  expect(await effectsOf(given.db, 'gap')).toEqual(upTo(7));
});

test('one that is refused in the middle becomes the dead letter, with what was before it applied, once', async () => {
  const refusing = async (context: NotedContext) => {
    await writeEffect(context);
    if (context.data.n === 3) throw new Error('3 is not applied here');
  };
  await deliverAll('refused', upTo(5), refusing);
  expect(await effectsOf(given.db, 'refused')).toEqual([1, 2]);
  expect(await lettersOf(given.db, 'refused')).toMatchObject([
    { no: 3, state: 'dead', reason: '3 is not applied here', attempts: 3 },
    { no: 4, state: 'held' },
    { no: 5, state: 'held' },
  ]);
});

test('a fault of the database in the middle leaves none of them, and the bus hears of it', async () => {
  const breaking = async (context: NotedContext) => {
    await writeEffect(context);
    if (context.data.n === 3) await breakConnection(context.tx);
  };
  await expect(deliverAll('broken', upTo(5), breaking)).rejects.toThrow(/terminat/);
  expect(await effectsOf(given.db, 'broken')).toEqual([]);
  expect(await deliverAll('broken', upTo(5))).toEqual([5]);
  expect(await effectsOf(given.db, 'broken')).toEqual(upTo(5));
});
