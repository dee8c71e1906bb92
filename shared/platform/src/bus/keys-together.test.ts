// Keys that wait at the same time are handed out together, and none of them suffers from another by it.
import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterEach, expect, test } from '@jest/globals';
import { silentLogger } from '../logger.ts';
import type { BusMessage, MessageHandler, TogetherHandler } from './bus.ts';
import { type KeyQueues, newKeyQueues } from './key-queues.ts';

const upTo = (count: number) => Array.from({ length: count }, (_, index) => index + 1);
const message = (name: string): BusMessage => ({ topic: 'facts', key: name.charAt(0), value: name.slice(1) });
const nameOf = ({ key, value }: BusMessage) => key + value;

let queues: KeyQueues<BusMessage>;
/** What was handed out: of one key as names, of several as `[a1 a2|b1]`. */
let calls: string[];
let done: string[];

function open(handleTogether: TogetherHandler, handle: MessageHandler = async () => 1): void {
  calls = [];
  done = [];
  queues = newKeyQueues({
    consumer: 'first',
    handle(first, behind) {
      calls.push([first, ...behind].map(nameOf).join(' '));
      return handle(first, behind);
    },
    handleTogether(bursts) {
      calls.push(`[${bursts.map((burst) => burst.map(nameOf).join(' ')).join('|')}]`);
      return handleTogether(bursts);
    },
    done: (each) => void done.push(nameOf(each)),
    logger: silentLogger,
  });
}

const takeAll: TogetherHandler = async (bursts) => bursts.map(() => true);
const add = (...names: string[]) => queues.add(...names.map(message));
const isEmpty = () => eventually(() => queues.size() === 0);

afterEach(() => queues.close());

test('keys that wait at the same time are one call, each with its messages in order', async () => {
  open(takeAll);
  add('a1', 'b1', 'a2', 'c1', 'b2');
  await isEmpty();
  expect(calls).toEqual(['[a1 a2|b1 b2|c1]']);
  expect(done).toEqual(['a1', 'a2', 'b1', 'b2', 'c1']);
});

test('one alone goes at once; what comes while it is handled goes together after it', async () => {
  const gate = newGate();
  open(takeAll, async () => void (await gate.passed));
  add('a1');
  expect(calls).toEqual(['a1']);
  add('b1');
  add('c1');
  gate.open();
  await isEmpty();
  expect(calls).toEqual(['a1', '[b1|c1]']);
});

test('a key that is held up holds up no other: what comes after it is not kept waiting', async () => {
  const gate = newGate();
  open(async (bursts) => {
    if (bursts.flat().some(({ key }) => key === 'a')) await gate.passed;
    return bursts.map(() => true);
  });
  add('a1', 'b1');
  add('c1', 'd1');
  await eventually(() => done.length === 2);
  expect([calls, done]).toEqual([
    ['[a1|b1]', '[c1|d1]'],
    ['c1', 'd1'],
  ]);
  gate.open();
  await isEmpty();
});

test('a key that was not taken goes alone, in order, until it has nothing left; then together with others again', async () => {
  let first = true;
  open(async (bursts) => {
    const taken = bursts.map(([message]) => message?.key !== 'b' || !first);
    first = false;
    return taken;
  });
  add('a1', 'b1', 'b2');
  await isEmpty();
  add('b3', 'c1');
  await isEmpty();
  expect(calls).toEqual(['[a1|b1 b2]', 'b1 b2', 'b2', '[b3|c1]']);
  expect(done.filter((name) => name.startsWith('b'))).toEqual(['b1', 'b2', 'b3']);
});

test('when together it fails, each key is handled alone: one that fails there too waits alone', async () => {
  let broken = true;
  open(
    async (bursts) => {
      await new Promise(setImmediate);
      if (bursts.flat().some(({ key }) => key === 'x')) throw new Error('x is not taken');
      return bursts.map(() => true);
    },
    async ({ key }) => {
      if (key === 'x' && broken) throw new Error('not yet');
      return 1;
    },
  );
  add('a1', 'x1', 'b1', 'x2');
  await eventually(() => done.length === 2);
  expect(done).toEqual(['a1', 'b1']);
  add('c1', 'd1');
  await eventually(() => done.length === 4);
  // It comes again alone until it is taken, and spoils no other call meanwhile.
  expect(calls.filter((call) => call.startsWith('['))).toEqual(['[a1|x1 x2|b1]', '[c1|d1]']);
  broken = false;
  await isEmpty();
  expect(done.slice(4)).toEqual(['x1', 'x2']);
});

test('no more than fifty messages are given at once, and none is left out', async () => {
  const sizes: number[] = [];
  open(async (bursts) => {
    sizes.push(bursts.flat().length);
    return bursts.map(() => true);
  });
  const keys = upTo(26).map((n) => String.fromCharCode(96 + n));
  add(...keys.flatMap((key) => upTo(7).map((n) => key + n)));
  await isEmpty();
  expect(sizes.every((size) => size <= 50)).toBe(true);
  expect(sizes.length).toBeLessThan(6);
  for (const key of keys) expect(done.filter((name) => name.startsWith(key))).toEqual(upTo(7).map((n) => key + n));
});

test('keys that fail alone and keys that go together do not keep each other from their places', async () => {
  open(
    async (bursts) => bursts.map((burst) => burst[0]?.value !== 'bad'),
    async ({ value }) => {
      if (value === 'bad') throw new Error('not taken');
      return 1;
    },
  );
  add(...upTo(20).map((n) => `${String.fromCharCode(64 + n)}bad`));
  for (const n of upTo(20)) add(`a${n}`, `b${n}`);
  await eventually(() => done.length === 40);
  expect(queues.size()).toBe(20);
});

test('of what is dropped while it is handled nothing is done, and its key begins again afterwards', async () => {
  const gate = newGate();
  open(async (bursts) => {
    await gate.passed;
    return bursts.map(() => true);
  });
  add('a1', 'b1', 'b2');
  queues.drop(({ key }) => key === 'b');
  add('b3');
  gate.open();
  await isEmpty();
  expect(done).toEqual(['a1', 'b3']);
});

test('a key whose messages were all dropped before its turn is not handed out', async () => {
  const gate = newGate();
  open(takeAll, async () => void (await gate.passed));
  add('a1');
  add('b1', 'c1', 'd1');
  queues.drop(({ key }) => key === 'c');
  gate.open();
  await isEmpty();
  expect(calls).toEqual(['a1', '[b1|d1]']);
});
