import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { startTailCheck } from './tail-check.ts';

let hears: boolean;
let checks: number;
let check: () => Promise<void>;
const errors: unknown[] = [];
let tails: { close(): void };

beforeEach(() => {
  jest.useFakeTimers();
  hears = true;
  checks = 0;
  errors.length = 0;
  check = async () => {};
  tails = startTailCheck({
    check() {
      checks += 1;
      return check();
    },
    hearsOthers: () => hears,
    onError: (error) => errors.push(error),
  });
});

afterEach(() => {
  tails.close();
  jest.useRealTimers();
});

async function checksWithin(ms: number): Promise<number> {
  const before = checks;
  await jest.advanceTimersByTimeAsync(ms);
  return checks - before;
}

test('it looks each 2 s, each 250 ms from the moment that it hears nothing of others, and then as before', async () => {
  expect(await checksWithin(10_000)).toBe(5);
  hears = false;
  expect(await checksWithin(250)).toBe(1);
  expect(await checksWithin(10_000)).toBe(40);
  hears = true;
  expect(await checksWithin(10_000)).toBe(5);
});

test('it does not look again before it has seen, and goes on after an error', async () => {
  hears = false;
  let fail = (_error: Error) => {};
  check = () => new Promise((_resolve, reject) => (fail = reject));
  expect(await checksWithin(5_000)).toBe(1);
  fail(new Error('no database'));
  expect(await checksWithin(250)).toBe(1);
  expect(errors).toEqual([new Error('no database')]);
});

test('closed, it looks no more', async () => {
  tails.close();
  expect(await checksWithin(10_000)).toBe(0);
});
