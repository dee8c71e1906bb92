// What is told ahead of the bus and what the bus brings are applied once each, in order, whichever comes first and wherever.
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { newRandom } from '@builder-ai/testing/random';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import { type AheadOfBus, newAheadOfBus } from '../src/ahead/ahead-of-bus.ts';
import { applyRun } from '../src/apply-runs.ts';
import type { BusMessage } from '../src/bus/bus.ts';
import type { Database } from '../src/database.ts';
import { applyMessages } from '../src/inbox.ts';
import { silentLogger } from '../src/logger.ts';
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

type Replica = AheadOfBus & { asked: () => number };

/** A replica, which counts what of the bus it asks the inbox about. */
function replica(db: Database = given.db, handle = writeEffect, clock?: () => number): Replica {
  const options = inboxOf(db, handle);
  let asked = 0;
  const ahead = newAheadOfBus({
    settle(message, behind) {
      asked += 1;
      return applyMessages(options, message, behind);
    },
    apply: (run) => applyRun(options, run),
    logger: silentLogger,
    ...(clock && { clock }),
  });
  return { ...ahead, asked: () => asked };
}

/** One that is held up while it applies the event with this number. */
function heldUpAt(n: number) {
  const [begun, mayEnd] = [newGate(), newGate()];
  const here = replica(given.db, async (context: NotedContext) => {
    await writeEffect(context);
    if (context.data.n !== n) return;
    begun.open();
    await mayEnd.passed;
  });
  return { here, begun, mayEnd };
}

/** As a bus does: what was not taken comes again. */
async function bring({ settle }: AheadOfBus, messages: readonly BusMessage[]): Promise<void> {
  for (let left = messages; left[0]; ) left = left.slice(await settle(left[0], left.slice(1)));
}

const effects = (key: string) => effectsOf(given.db, key);
/** What came after a gap and has not been applied since. */
const waitingOf = async (key: string) => (await lettersOf(given.db, key)).filter(({ state }) => state !== 'replayed');
const untilApplied = (key: string, count: number) => eventually(async () => (await effects(key)).length === count);

test('what is told is applied before the bus brings it, and then taken for done without asking', async () => {
  const here = replica();
  await bring(here, numbered('sooner', 1));
  here.take(numbered('sooner', 2, 3));
  await untilApplied('sooner', 3);
  await bring(here, numbered('sooner', 2, 3));
  expect([await effects('sooner'), here.asked()]).toEqual([[1, 2, 3], 1]);
  await bring(here, numbered('sooner', 4));
  expect([await effects('sooner'), here.asked()]).toEqual([[1, 2, 3, 4], 2]);
});

test('a key of which the bus has brought nothing is another replica’s', async () => {
  const here = replica();
  expect(here.isMine('agent.events', 'unknown')).toBe(false);
  here.take(numbered('unknown', 1));
  await bring(here, numbered('known', 1));
  expect(here.isMine('agent.events', 'known')).toBe(true);
  await here.close();
  expect([await effects('unknown'), here.isMine('agent.events', 'known')]).toEqual([[], false]);
});

test('of what is told that is known in part the rest is applied; what does not follow is left to the bus', async () => {
  const here = replica();
  await bring(here, numbered('part', 1, 2));
  here.take(numbered('part', 1, 2, 3));
  await untilApplied('part', 3);
  here.take(numbered('part', 5));
  here.take(numbered('part', 2, 3));
  here.take(numbered('part', 4, 6));
  await here.close();
  expect(await effects('part')).toEqual([1, 2, 3]);
  await bring(here, numbered('part', 2, 3, 4, 5, 6));
  expect(await effects('part')).toEqual([1, 2, 3, 4, 5, 6]);
});

test('what the bus brings after a gap does not count as applied, nor what lies in the gap', async () => {
  const here = replica();
  await bring(here, numbered('gap', 1));
  here.take(numbered('gap', 2));
  await untilApplied('gap', 2);
  await bring(here, numbered('gap', 5));
  await bring(here, numbered('gap', 3));
  here.take(numbered('gap', 6));
  await bring(here, numbered('gap', 4, 5, 6));
  expect([await effects('gap'), await waitingOf('gap')]).toEqual([[1, 2, 3, 4, 5, 6], []]);
});

test('what is brought while it is being applied waits for that, and is not applied again', async () => {
  const { here, begun, mayEnd } = heldUpAt(2);
  await bring(here, numbered('under way', 1));
  here.take(numbered('under way', 2));
  await begun.passed;
  const brought = bring(here, numbered('under way', 2, 3));
  mayEnd.open();
  await brought;
  expect(await effects('under way')).toEqual([1, 2, 3]);
});

test('what a handler rejects is left to the bus, which makes it a dead letter', async () => {
  const here = replica(given.db, async (context: NotedContext) => {
    if (context.data.n === 3) throw new Error('not this one');
    await writeEffect(context);
  });
  await bring(here, numbered('rejected', 1));
  here.take(numbered('rejected', 2, 3));
  await eventually(() => !here.isMine('agent.events', 'rejected'));
  expect([await effects('rejected'), await lettersOf(given.db, 'rejected')]).toEqual([[1], []]);
  await bring(here, numbered('rejected', 2, 3, 4));
  expect(await effects('rejected')).toEqual([1, 2]);
  expect(await lettersOf(given.db, 'rejected')).toMatchObject([
    { no: 3, reason: 'not this one' },
    { no: 4, reason: 'behind a dead letter' },
  ]);
});

test('a key that the bus brings to somebody else is given up, and none while it brings nothing at all', async () => {
  let now = 0;
  const here = replica(given.db, writeEffect, () => now);
  await bring(here, numbered('moved', 1));
  here.take(numbered('moved', 2));
  await untilApplied('moved', 2);
  now = 60_000;
  here.take(numbered('moved', 3));
  await untilApplied('moved', 3);
  await bring(here, numbered('another', 1));
  here.take(numbered('moved', 4));
  await here.close();
  expect(await effects('moved')).toEqual([1, 2, 3]);
});

test('what is told of a key while it is being applied is applied together', async () => {
  const { here, begun, mayEnd } = heldUpAt(2);
  await bring(here, numbered('together', 1));
  here.take(numbered('together', 2));
  await begun.passed;
  for (const numbers of [[3, 4], [4, 5], [5], [7]]) here.take(numbered('together', ...numbers));
  mayEnd.open();
  await here.close();
  const rows = await given.db.query(
    "select array_agg(n order by n) as n from effects where key = 'together' group by xmin::text",
  );
  expect(rows.map(({ n }) => n)).toEqual(expect.arrayContaining([[1], [2], [3, 4, 5]]));
  expect(rows).toHaveLength(3);
});

test('a fault of the infrastructure leaves it to the bus', async () => {
  let fails = true;
  const here = replica(given.db, async (context: NotedContext) => {
    if (context.data.n === 2 && fails) await breakConnection(context.tx);
    await writeEffect(context);
  });
  await bring(here, numbered('fault', 1));
  here.take(numbered('fault', 2));
  await here.close();
  expect(await effects('fault')).toEqual([1]);
  fails = false;
  await bring(here, numbered('fault', 2));
  expect(await effects('fault')).toEqual([1, 2]);
});

test('told and brought in any order, at two replicas at once, each is applied once and in order', async () => {
  const { between: random } = newRandom(7);
  const keys = Array.from({ length: 12 }, (_, index) => `any-${index}`);
  const replicas = [replica(given.replica()), replica(given.replica())];
  await Promise.all(
    keys.map(async (key) => {
      const all = numbered(key, ...Array.from({ length: 40 }, (_, index) => index + 1));
      await Promise.all(
        replicas.map(async (here, index) => {
          // The second one was given the partition in the middle, and gets a part of it again.
          const [from, to] = index === 0 ? [0, 25] : [15, 40];
          for (let at = from; at < to; ) {
            const count = random(1, 4);
            if (random(0, 2) > 0) here.take(all.slice(at, at + random(1, 6)));
            if (random(0, 1) > 0) await delay(random(0, 3));
            await bring(here, all.slice(at, Math.min(at + count, to)));
            at += count;
          }
        }),
      );
    }),
  );
  await Promise.all(replicas.map((here) => here.close()));
  const expected = Array.from({ length: 40 }, (_, index) => index + 1);
  for (const key of keys) expect([key, await effects(key)]).toEqual([key, expected]);
  for (const key of keys) expect(await waitingOf(key)).toEqual([]);
});
