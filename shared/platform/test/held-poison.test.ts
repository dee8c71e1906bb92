import { afterAll, beforeAll, expect, test } from '@jest/globals';
import {
  createEffects,
  deliver,
  effectsOf,
  inboxOf,
  lettersOf,
  type NotedContext,
  writeEffect,
} from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { toMessage } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await createEffects(given.db);
});

afterAll(() => given.close());

test('a poisonous event that waited behind a gap parks the key; the event that filled the gap stays applied', async () => {
  const refuseThree = async (context: NotedContext) => {
    await writeEffect(context);
    if (context.data.n === 3) throw new Error('three is refused');
  };
  const options = inboxOf(given.db, refuseThree);
  const [one, two, three, four] = [1, 2, 3, 4].map((n) => toMessage('held-poison', n, { n }));
  if (!one || !two || !three || !four) throw new Error('no messages');
  await deliver(options, one, three, four, two);
  expect(await effectsOf(given.db, 'held-poison')).toEqual([1, 2]);
  expect(await lettersOf(given.db, 'held-poison')).toMatchObject([
    { no: 3, state: 'dead', reason: 'three is refused', attempts: 3 },
    { no: 4, state: 'held' },
  ]);
  await deliver(options, toMessage('held-poison', 5, { n: 5 }), ...[1].map((n) => toMessage('another', n, { n })));
  expect(await effectsOf(given.db, 'held-poison')).toEqual([1, 2]);
  expect(await effectsOf(given.db, 'another')).toEqual([1]);
});
