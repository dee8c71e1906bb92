import { setTimeout as delay } from 'node:timers/promises';
import { expect, test } from '@jest/globals';
import { startSweep } from './sweep.ts';

const NEVER_MS = 3_600_000;

function counted(everyMs: number, work: (nth: number, signal: AbortSignal) => Promise<void> = async () => {}) {
  const seen = { sweeps: 0, errors: [] as unknown[] };
  const sweep = startSweep({
    everyMs,
    async sweep(signal) {
      seen.sweeps += 1;
      await work(seen.sweeps, signal);
    },
    onError: (error) => seen.errors.push(error),
  });
  return { sweep, seen };
}

test('it begins at once, and again by itself', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { sweep } = counted(1, async (nth) => {
    if (nth === 3) resolve();
  });
  await promise;
  await sweep.close();
});

test('whoever wakes it need not wait, also while a sweep is under way', async () => {
  const gate = Promise.withResolvers<void>();
  const second = Promise.withResolvers<void>();
  const third = Promise.withResolvers<void>();
  const { sweep } = counted(NEVER_MS, async (nth) => {
    if (nth === 1) await gate.promise;
    if (nth === 2) second.resolve();
    if (nth === 3) third.resolve();
  });
  sweep.wake();
  gate.resolve();
  await second.promise;
  // It pauses by now, or is about to.
  await delay(5);
  sweep.wake();
  await third.promise;
  await sweep.close();
});

test('one that fails is told of, and the next one comes all the same', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  const { sweep, seen } = counted(1, async (nth) => {
    if (nth === 1) throw new Error('away');
    resolve();
  });
  await promise;
  await sweep.close();
  expect(seen.errors).toEqual([new Error('away')]);
});

test('closing waits for the sweep under way, which is told to end; none begins any more', async () => {
  const begun = Promise.withResolvers<void>();
  let isOver = false;
  const { sweep, seen } = counted(1, async (_nth, signal) => {
    begun.resolve();
    await new Promise<void>((resolve) => signal.addEventListener('abort', () => resolve()));
    isOver = true;
    throw new Error('of the closing');
  });
  await begun.promise;
  await sweep.close();
  expect(isOver).toBe(true);
  sweep.wake();
  await delay(5);
  expect(seen).toEqual({ sweeps: 1, errors: [] });
});
