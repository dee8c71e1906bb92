import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '../logger.ts';
import type { BusMessage, MessageHandler } from './bus.ts';
import { type KeyQueues, newKeyQueues } from './key-queues.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const message = (key: string, value: string): BusMessage => ({ topic: 'facts', key, value });

let queues: KeyQueues<BusMessage>;
let done: string[];

function open(handle: MessageHandler): void {
  done = [];
  queues = newKeyQueues({
    consumer: 'first',
    handle,
    done: ({ key, value }) => void done.push(key + value),
    logger: silentLogger,
  });
}

afterEach(() => queues.close());

test('fifty keys whose handlers fail take no place from one that works', async () => {
  open(async ({ key }) => {
    if (key !== 'good') throw new Error('not yet');
  });
  for (const n of upTo(50)) queues.add(message(`bad-${n}`, '1'));
  for (const n of upTo(20)) queues.add(message('good', String(n)));
  await eventually(() => done.length === 20);
  expect(done).toEqual(upTo(20).map((n) => `good${n}`));
  expect(queues.size()).toBe(50);
});

test('eight keys that never run out of messages keep none waiting', async () => {
  open(async ({ key, value }) => {
    await new Promise(setImmediate);
    if (key !== 'late') queues.add(message(key, value));
  });
  for (const n of upTo(8)) queues.add(message(`hot-${n}`, '1'));
  queues.add(message('late', '1'));
  await eventually(() => done.includes('late1'));
});

test('no more than eight handlers run at once, and of one key only one', async () => {
  const gate = newGate();
  const running: string[] = [];
  open(async ({ key }) => {
    running.push(key);
    await gate.passed;
  });
  for (const n of upTo(20)) for (const value of ['1', '2']) queues.add(message(`key-${n}`, value));
  expect(running).toEqual(upTo(8).map((n) => `key-${n}`));
  gate.open();
  await eventually(() => queues.size() === 0);
});

test('what is dropped is not handled; its key begins again only when the handler that runs has ended', async () => {
  const gates = [newGate(), newGate()];
  const started: string[] = [];
  open(async ({ value }) => {
    started.push(value);
    await gates[started.length - 1]?.passed;
  });
  for (const value of ['old 1', 'old 2']) queues.add(message('a', value));
  queues.drop(({ value }) => value.startsWith('old'));
  expect(queues.size()).toBe(0);
  queues.add(message('a', 'new 1'));
  expect(started).toEqual(['old 1']);
  gates[0]?.open();
  await eventually(() => started.length === 2);
  gates[1]?.open();
  await eventually(() => queues.size() === 0);
  expect(started).toEqual(['old 1', 'new 1']);
  expect(done).toEqual(['anew 1']);
});

test('a message that is dropped while it fails does not come again', async () => {
  const gate = newGate();
  const started: string[] = [];
  open(async ({ key }) => {
    started.push(key);
    if (key !== 'a') return;
    await gate.passed;
    throw new Error('not any more');
  });
  queues.add(message('a', '1'));
  queues.drop(({ key }) => key === 'a');
  gate.open();
  queues.add(message('b', '1'));
  await eventually(() => done.length === 1);
  expect(started).toEqual(['a', 'b']);
  expect(queues.size()).toBe(0);
});

test('a handler may take messages along that are behind its own; those it leaves come next, in order', async () => {
  const gate = newGate();
  const given: string[][] = [];
  open(async (first, behind) => {
    given.push([first, ...behind].map(({ value }) => value));
    await gate.passed;
    return given.length === 2 ? 3 : 1;
  });
  for (const n of upTo(6)) queues.add(message('a', String(n)));
  queues.add(message('b', '1'));
  gate.open();
  await eventually(() => queues.size() === 0);
  expect(given.filter(([first]) => first !== '1').slice(0, 2)).toEqual([
    ['2', '3', '4', '5', '6'],
    ['3', '4', '5', '6'],
  ]);
  expect(done.filter((name) => name.startsWith('a'))).toEqual(upTo(6).map((n) => `a${n}`));
});

test('of messages that were taken along and dropped meanwhile none is done', async () => {
  const gate = newGate();
  open(async (_first, behind) => {
    await gate.passed;
    return 1 + behind.length;
  });
  queues.add(message('b', '0'));
  for (const n of upTo(3)) queues.add(message('a', String(n)));
  queues.drop(({ key, value }) => key === 'a' && value !== '1');
  gate.open();
  await eventually(() => queues.size() === 0);
  expect(done.sort()).toEqual(['a1', 'b0']);
});

test('messages that are added together are together before the first of them is handled', async () => {
  const given: string[][] = [];
  open(async (first, behind) => {
    given.push([first, ...behind].map(({ key, value }) => key + value));
    return 1 + behind.length;
  });
  queues.add(message('a', '1'), message('b', '1'), message('a', '2'), message('a', '3'));
  await eventually(() => queues.size() === 0);
  expect(given).toEqual([['a1', 'a2', 'a3'], ['b1']]);
});
