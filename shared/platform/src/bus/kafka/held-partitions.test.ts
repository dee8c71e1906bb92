import { eventually } from '@builder-ai/testing/eventually';
import { newGate } from '@builder-ai/testing/gate';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { silentLogger } from '../../logger.ts';
import type { BusMessage } from '../bus.ts';
import { type HeldPartitions, holdPartitions } from './held-partitions.ts';

const TOPIC = 'facts';
const offsets = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => from + index);
const fetched = (from: number, to: number, text = '') =>
  offsets(from, to).map((offset) => ({
    offset: String(offset),
    key: Buffer.from(`key-${offset}`),
    value: Buffer.from(`${offset}${text}`),
  }));

let held: HeldPartitions;
let got: string[];
let fetching: [number, boolean][];
let handle: (message: BusMessage) => Promise<void>;

beforeEach(() => {
  got = [];
  fetching = [];
  handle = async () => {};
  held = holdPartitions({
    consumer: 'first',
    logger: silentLogger,
    setFetching: (_topic, number, on) => void fetching.push([number, on]),
    async handle(message) {
      await handle(message);
      got.push(message.value);
    },
  });
});

afterEach(() => held.close());

test('the position to be stored is that of the first message that is not done, and is told until it is stored', async () => {
  const gate = newGate();
  handle = ({ value }) => (value === '7' ? gate.passed : Promise.resolve());
  held.take(TOPIC, 0, fetched(5, 9));
  await eventually(() => got.length === 4);
  const before = { topic: TOPIC, partition: 0, offset: '7' };
  expect(held.due().positions).toEqual([before]);
  expect(held.due().positions).toEqual([before]);
  held.due().stored();
  expect(held.due().positions).toEqual([]);
  gate.open();
  await eventually(() => got.length === 5);
  expect(held.due().positions).toEqual([{ ...before, offset: '10' }]);
});

test('what is fetched again after a rebalance is not handled again', async () => {
  held.take(TOPIC, 0, fetched(0, 4));
  await eventually(() => got.length === 5);
  held.keep(() => true);
  held.take(TOPIC, 0, fetched(0, 6));
  await eventually(() => got.length === 7);
  expect(got).toEqual(['0', '1', '2', '3', '4', '5', '6']);
});

test('a partition that went to another member and came back begins where that one stopped', async () => {
  held.take(TOPIC, 0, fetched(0, 4));
  held.take(TOPIC, 1, fetched(0, 1));
  await eventually(() => got.length === 7);
  held.keep((_topic, number) => number === 1);
  expect(held.due().positions).toEqual([{ topic: TOPIC, partition: 1, offset: '2' }]);
  held.take(TOPIC, 0, fetched(3, 5, ' again'));
  await eventually(() => got.length === 10);
  expect(got.slice(7)).toEqual(['3 again', '4 again', '5 again']);
});

test('numbers that the brokers give once more, as they lost the end of the log, are new messages', async () => {
  held.take(TOPIC, 0, fetched(100, 104));
  await eventually(() => got.length === 5);
  held.due().stored();
  held.take(TOPIC, 0, fetched(90, 102, ' new'));
  await eventually(() => got.length === 18);
  expect(held.due().positions).toEqual([{ topic: TOPIC, partition: 0, offset: '103' }]);
});

test('a partition with much in hand is not fetched from until half of it is done', async () => {
  const gate = newGate();
  handle = () => gate.passed;
  const large = 'x'.repeat(1024 * 1024);
  held.take(TOPIC, 0, fetched(0, 6, large));
  expect(fetching).toEqual([]);
  held.take(TOPIC, 0, fetched(7, 8, large));
  held.take(TOPIC, 1, fetched(0, 1, large));
  expect(fetching).toEqual([[0, false]]);
  gate.open();
  await eventually(() => got.length === 11);
  expect(fetching).toEqual([
    [0, false],
    [0, true],
  ]);
});

test('a partition that is lost while it is not fetched from is fetched from when it comes back', () => {
  handle = () => Promise.reject(new Error('not yet'));
  held.take(TOPIC, 0, fetched(0, 9, 'x'.repeat(1024 * 1024)));
  held.keep(() => false);
  expect(fetching).toEqual([
    [0, false],
    [0, true],
  ]);
});

test('no handler begins after the end, not for a partition that is new either', async () => {
  let begun = 0;
  handle = async () => {
    begun += 1;
  };
  await held.close();
  held.take(TOPIC, 0, fetched(0, 4));
  expect(begun).toBe(0);
  expect(held.due().positions).toEqual([]);
});
