// What an event cannot be blamed for makes no dead letter: it is delivered again until the infrastructure is back.
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLocalBus } from '../src/bus/local-bus.ts';
import type { Tx } from '../src/database.ts';
import { applyMessage, startInbox } from '../src/inbox.ts';
import { silentLogger } from '../src/logger.ts';
import { AppError } from '../src/problem.ts';
import { createEffects, deliver, effectsOf, inboxOf, lettersOf, writeEffect } from './given-consumer.ts';
import { type GivenDatabase, givenDatabase } from './given-database.ts';
import { toMessage } from './given-events.ts';

let given: GivenDatabase;

beforeAll(async () => {
  given = await givenDatabase();
  await createEffects(given.db);
  await given.db.query('create table locked (n int)');
});

afterAll(() => given.close());

/** A handler that fails before each effect as often as told. */
function failing(times: number, fail: (tx: Tx) => Promise<unknown>) {
  const tried = { times: 0 };
  const options = inboxOf(given.db, async (context) => {
    tried.times += 1;
    if (tried.times <= times) await fail(context.tx);
    await writeEffect(context);
  });
  return { tried, options };
}

const raise = (error: unknown) => () => Promise.reject(error);

const FAULTS: [what: string, fail: (tx: Tx) => Promise<unknown>][] = [
  ['another service is away', raise(new AppError('SERVICE_UNAVAILABLE'))],
  ['a model is away', raise(new AppError('AI_UNAVAILABLE'))],
  ['another service takes too long', raise(new AppError('GATEWAY_TIMEOUT'))],
  ['nobody listens there', () => fetch('http://127.0.0.1:9')],
  ['an answer takes too long', () => fetch('http://127.0.0.1:9', { signal: AbortSignal.timeout(0) })],
  ['a statement takes too long', (tx) => tx.query('set local statement_timeout = 10; select pg_sleep(10)')],
  ['a lock is not to be had', (tx) => lockedOut(tx)],
  ['a deadlock', (tx) => tx.query("do $$ begin raise exception 'x' using errcode = '40P01'; end $$")],
];

/** Waits for a lock that somebody else has, until the server has enough. */
function lockedOut(tx: Tx): Promise<unknown> {
  return given.db.transaction(async (other) => {
    await other.query('lock table locked');
    await tx.query('set local lock_timeout = 10; lock table locked');
  });
}

describe.each(FAULTS)('while %s', (what, fail) => {
  test('the bus gets to hear it, however often, and afterwards the event is applied', async () => {
    const key = `fault: ${what}`;
    const { tried, options } = failing(5, fail);
    const message = toMessage(key, 1, { n: 1 });
    for (let n = 0; n < 5; n += 1) await expect(applyMessage(options, message)).rejects.toThrow();
    expect([tried.times, await effectsOf(given.db, key), await lettersOf(given.db, key)]).toEqual([5, [], []]);
    await applyMessage(options, message);
    expect([await effectsOf(given.db, key), await lettersOf(given.db, key)]).toEqual([[1], []]);
  });

  test('an event that was held waits as well, and the one that filled the gap is not undone', async () => {
    const key = `held fault: ${what}`;
    await deliver(inboxOf(given.db), toMessage(key, 2, { n: 2 }));
    const two = failing(1, fail);
    const options = inboxOf(given.db, (context) =>
      context.data.n === 2
        ? (two.options.consumers[0]?.handle(context as never) ?? Promise.reject())
        : writeEffect(context),
    );
    const one = toMessage(key, 1, { n: 1 });
    await expect(applyMessage(options, one)).rejects.toThrow();
    expect(await effectsOf(given.db, key)).toEqual([1]);
    await applyMessage(options, one);
    expect(await effectsOf(given.db, key)).toEqual([1, 2]);
    expect(await lettersOf(given.db, key)).toMatchObject([{ no: 2, state: 'replayed' }]);
  });
});

describe('what the event or its handler is to blame for', () => {
  test.each([
    ['a bug', new TypeError('x is not a function')],
    ['a refusal', new AppError('TASK_ENDED')],
    ['a fault that nobody knows', new AppError('INTERNAL')],
  ])('%s: is tried three times, then the event is a dead letter', async (what, error) => {
    const key = `blame: ${what}`;
    const { tried, options } = failing(99, raise(error));
    await applyMessage(options, toMessage(key, 1, { n: 1 }));
    expect(tried.times).toBe(3);
    expect(await lettersOf(given.db, key)).toMatchObject([{ state: 'dead', reason: error.message, attempts: 3 }]);
  });

  test('a held event is tried as often: rejected twice, it is applied', async () => {
    await deliver(inboxOf(given.db), toMessage('held-twice', 2, { n: 2 }));
    let rejections = 0;
    const options = inboxOf(given.db, async (context) => {
      await writeEffect(context);
      if (context.data.n === 2) rejections += 1;
      if (context.data.n === 2 && rejections <= 2) throw new Error('not yet');
    });
    await deliver(options, toMessage('held-twice', 1, { n: 1 }));
    expect(await effectsOf(given.db, 'held-twice')).toEqual([1, 2]);
  });
});

test('held events whose process died before it applied them are applied by the next that starts', async () => {
  const key = 'died';
  await deliver(
    inboxOf(given.db),
    toMessage(key, 1, { n: 1 }),
    toMessage(key, 3, { n: 3 }),
    toMessage(key, 4, { n: 4 }),
  );
  // Number 2 was applied, and there it ended.
  await given.db.query('update inbox_keys set last_no = 2 where key = $1', [key]);
  const database = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: database.url, logger: silentLogger });
  const inbox = await startInbox({ ...inboxOf(given.db), bus });
  await eventually(async () => (await effectsOf(given.db, key)).length === 3);
  expect(await effectsOf(given.db, key)).toEqual([1, 3, 4]);
  await inbox.close();
  await bus.close();
  await database.drop();
});
