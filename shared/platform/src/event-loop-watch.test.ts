import { afterEach, beforeEach, expect, jest, test } from '@jest/globals';
import { watchEventLoop } from './event-loop-watch.ts';

beforeEach(() => {
  jest.useFakeTimers();
});

afterEach(() => {
  jest.useRealTimers();
});

function given() {
  let at = 0;
  const watch = watchEventLoop(10_000, () => at);
  return {
    watch,
    /** Time goes by, and the loop turns. */
    turn(ms: number) {
      for (let passed = 0; passed < ms; passed += 100) {
        at += 100;
        jest.advanceTimersByTime(100);
      }
    },
    /** Time goes by, and it does not. */
    stand(ms: number) {
      at += ms;
    },
  };
}

test('a loop that turns stands never still, though a turn takes a while', () => {
  const { watch, turn, stand } = given();
  turn(5_000);
  stand(250);
  expect(watch.stoodStillMs()).toBe(0);
});

test('a standstill counts at once, as far as it lies in the window, and is forgotten behind it', () => {
  const { watch, turn, stand } = given();
  stand(4_100);
  expect(watch.stoodStillMs()).toBe(4_000);
  turn(7_900);
  expect(watch.stoodStillMs()).toBe(2_100);
  turn(3_000);
  expect(watch.stoodStillMs()).toBe(0);
});

test('many short ones are a long one', () => {
  const { watch, turn, stand } = given();
  for (let nth = 0; nth < 20; nth += 1) {
    stand(500);
    turn(100);
  }
  expect(watch.stoodStillMs()).toBeGreaterThan(5_000);
});
