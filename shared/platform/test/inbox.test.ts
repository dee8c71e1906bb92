// An event has its effect once, in order per key, whatever the bus delivers and whatever breaks meanwhile.
import { eventually } from '@builder-ai/testing/eventually';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterAll, beforeAll, describe, expect, test } from '@jest/globals';
import { openLocalBus } from '../src/bus/local-bus.ts';
import { applyMessage, startInbox } from '../src/inbox.ts';
import { silentLogger } from '../src/logger.ts';
import { currentContext, withContext } from '../src/request-context.ts';
import {
  breakConnection,
  createEffects,
  deliver,
  effectsOf,
  inboxOf,
  lettersOf,
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

async function inboxRows(key: string): Promise<number> {
  const rows = await given.db.query('select last_no from inbox_keys where key = $1', [key]);
  return rows.length;
}

describe('an event that is delivered again', () => {
  test('is applied once', async () => {
    const [message] = numbered('twice', 1);
    if (message) await deliver(inboxOf(given.db), message, message, message);
    expect(await effectsOf(given.db, 'twice')).toEqual([1]);
  });

  test('is applied once when two replicas get it at the same time', async () => {
    const message = toMessage('at-once', undefined, { n: 1 });
    const replicas = [inboxOf(given.db), inboxOf(given.replica())];
    await Promise.all(
      Array.from({ length: 16 }, (_, n) => applyMessage(replicas[n % 2] ?? inboxOf(given.db), message)),
    );
    expect(await effectsOf(given.db, 'at-once')).toEqual([1]);
  });

  test('under another id but an older number, it is not applied', async () => {
    await deliver(inboxOf(given.db), ...numbered('older', 1, 2, 1, 2, 3));
    expect([await effectsOf(given.db, 'older'), await lettersOf(given.db, 'older')]).toEqual([[1, 2, 3], []]);
  });
});

describe('the effect and the inbox row', () => {
  test('are one transaction: a handler that throws after its effect leaves neither', async () => {
    let tries = 0;
    const options = inboxOf(given.db, async (context) => {
      await writeEffect(context);
      tries += 1;
      if (tries < 3) throw new Error('not this time');
    });
    await deliver(options, ...numbered('atomic', 1));
    expect([tries, await effectsOf(given.db, 'atomic'), await lettersOf(given.db, 'atomic')]).toEqual([3, [1], []]);
  });

  test('are both missing after a fault of the database, which the bus gets to hear, and is no dead letter', async () => {
    let broken = true;
    let tries = 0;
    const options = inboxOf(given.db, async (context) => {
      tries += 1;
      await writeEffect(context);
      if (broken) await breakConnection(context.tx);
    });
    const [message] = numbered('broken', 1);
    if (!message) throw new Error('no message');
    await expect(applyMessage(options, message)).rejects.toThrow(/terminat/);
    expect([tries, await effectsOf(given.db, 'broken'), await inboxRows('broken')]).toEqual([1, [], 0]);
    broken = false;
    await applyMessage(options, message);
    expect([await effectsOf(given.db, 'broken'), await lettersOf(given.db, 'broken')]).toEqual([[1], []]);
  });
});

test('while the database fails, the bus delivers the same event again and again until it is applied', async () => {
  const database = await openServiceDatabase();
  const bus = await openLocalBus({ databaseUrl: database.url, logger: silentLogger });
  let tries = 0;
  const options = inboxOf(given.db, async (context) => {
    await writeEffect(context);
    tries += 1;
    if (tries < 5) await breakConnection(context.tx);
  });
  const inbox = await startInbox({ ...options, bus });
  await bus.publish(numbered('again', 1, 2));
  await eventually(async () => (await effectsOf(given.db, 'again')).length === 2);
  expect([tries, await effectsOf(given.db, 'again'), await lettersOf(given.db, 'again')]).toEqual([6, [1, 2], []]);
  await inbox.close();
  await bus.close();
  await database.drop();
});

describe('an event that comes too early', () => {
  test('is held, and applied after the one before it', async () => {
    await deliver(inboxOf(given.db), ...numbered('gap', 1, 3));
    expect(await effectsOf(given.db, 'gap')).toEqual([1]);
    expect(await lettersOf(given.db, 'gap')).toMatchObject([{ no: 3, state: 'held', reason: 'after a gap' }]);
    await deliver(inboxOf(given.db), ...numbered('gap', 2));
    expect(await effectsOf(given.db, 'gap')).toEqual([1, 2, 3]);
    await deliver(inboxOf(given.db), ...numbered('gap', 4));
    expect(await effectsOf(given.db, 'gap')).toEqual([1, 2, 3, 4]);
  });

  test('is held once when it comes twice, and not again after it was applied', async () => {
    const [one, two, three] = numbered('gap-twice', 1, 2, 3);
    if (!one || !two || !three) throw new Error('no messages');
    await deliver(inboxOf(given.db), one, three, three, two, three, two);
    expect(await effectsOf(given.db, 'gap-twice')).toEqual([1, 2, 3]);
    expect(await lettersOf(given.db, 'gap-twice')).toMatchObject([{ no: 3, state: 'replayed' }]);
  });

  test('holds back what follows it, over several gaps, and no other key', async () => {
    await deliver(inboxOf(given.db), ...numbered('gaps', 5, 3, 6, 1), ...numbered('no-gap', 1));
    expect([await effectsOf(given.db, 'gaps'), await effectsOf(given.db, 'no-gap')]).toEqual([[1], [1]]);
    await deliver(inboxOf(given.db), ...numbered('gaps', 2));
    expect(await effectsOf(given.db, 'gaps')).toEqual([1, 2, 3]);
    await deliver(inboxOf(given.db), ...numbered('gaps', 4));
    expect(await effectsOf(given.db, 'gaps')).toEqual([1, 2, 3, 4, 5, 6]);
  });

  test('finds its place however 40 events are mixed over two replicas', async () => {
    const messages = numbered('mixed', ...Array.from({ length: 40 }, (_, index) => ((index * 17) % 40) + 1));
    const replicas = [inboxOf(given.db), inboxOf(given.replica())];
    await Promise.all(messages.map((message, n) => applyMessage(replicas[n % 2] ?? inboxOf(given.db), message)));
    expect(await effectsOf(given.db, 'mixed')).toEqual(Array.from({ length: 40 }, (_, index) => index + 1));
  });
});

describe('what a handler gets', () => {
  test('events of a type that nobody listens for are settled, and the next is applied', async () => {
    await deliver(inboxOf(given.db), toMessage('ignored', 1, { n: 1 }, ignored), ...numbered('ignored', 2));
    expect([await effectsOf(given.db, 'ignored'), await lettersOf(given.db, 'ignored')]).toEqual([[2], []]);
  });

  test('`otherwise` gets the events that nobody else listens for', async () => {
    const rest: unknown[] = [];
    const options = inboxOf(given.db, writeEffect, {
      otherwise: async ({ event, data, deps }) => void rest.push([event.type, data, deps.name]),
    });
    await deliver(options, toMessage('otherwise', 1, { n: 7 }, ignored), ...numbered('otherwise', 2));
    expect(rest).toEqual([['thing.ignored', { n: 7 }, 'test']]);
  });

  test("the event's trace, id and subject are the context of its handler's log lines", async () => {
    let context: unknown;
    const options = inboxOf(given.db, async () => {
      context = currentContext();
    });
    const traceparent = '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01';
    const message = withContext({ traceparent }, () => toMessage('traced', 1, { n: 1 }));
    await deliver(options, message);
    expect(context).toMatchObject({ traceparent, task_id: 'traced', request_id: JSON.parse(message.value).id });
  });
});
