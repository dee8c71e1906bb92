import { setTimeout as delay } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { newShutdown } from './shutdown.ts';

function given(limitMs?: number) {
  const exit = jest.fn<(code: number) => void>();
  const onCloseFailure = jest.fn<(name: string, error: unknown) => void>();
  return { exit, onCloseFailure, shutdown: newShutdown({ exit, onCloseFailure, limitMs }) };
}

test('what was opened last is closed first, and one failure does not stop the rest', async () => {
  const { exit, onCloseFailure, shutdown } = given();
  const closed: string[] = [];
  shutdown.onClose('lock', () => void closed.push('lock'));
  shutdown.onClose('database', () => Promise.reject(new Error('stuck')));
  shutdown.onClose('services', async () => void closed.push('services'));
  shutdown.stop(0);
  shutdown.stop(1);
  await delay(5);
  expect(closed).toEqual(['services', 'lock']);
  expect(onCloseFailure.mock.calls).toEqual([['database', new Error('stuck')]]);
  expect(exit.mock.calls).toEqual([[0]]);
});

test('a stop in the middle of a start waits for the part in progress, and closes it too', async () => {
  const { exit, shutdown } = given();
  const steps: string[] = [];
  const onFailure = jest.fn<(error: unknown) => void>();
  shutdown.run(async () => {
    await delay(20);
    shutdown.onClose('database', () => void steps.push('closed'));
    shutdown.signal.throwIfAborted();
    steps.push('went on');
  }, onFailure);
  shutdown.stop(0);
  await delay(40);
  expect(steps).toEqual(['closed']);
  expect(onFailure).not.toHaveBeenCalled();
  expect(exit.mock.calls).toEqual([[0]]);
});

test('a failed start closes what was open and ends with 1', async () => {
  const { exit, shutdown } = given();
  const onFailure = jest.fn<(error: unknown) => void>();
  shutdown.run(() => Promise.reject(new Error('no')), onFailure);
  await delay(5);
  expect(onFailure.mock.calls).toEqual([[new Error('no')]]);
  expect(exit.mock.calls).toEqual([[1]]);
});

test('what does not close in time is left', async () => {
  const { exit, shutdown } = given(20);
  shutdown.onClose('stuck', () => new Promise(() => {}));
  shutdown.stop(0);
  await delay(40);
  expect(exit.mock.calls).toEqual([[1]]);
});
