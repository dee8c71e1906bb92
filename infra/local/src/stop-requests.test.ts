import { EventEmitter } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';
import { expect, jest, test } from '@jest/globals';
import { listenForStop } from './stop-requests.ts';

function given() {
  const source = new EventEmitter();
  const requests = { onStop: jest.fn<() => void>(), onForce: jest.fn<() => void>() };
  listenForStop(source as NodeJS.Process, requests);
  return { source, ...requests };
}

test('one Ctrl-C that arrives by three ways is one; a later one forces', async () => {
  const { source, onStop, onForce } = given();
  for (const signal of ['SIGINT', 'SIGINT', 'SIGTERM', 'disconnect']) source.emit(signal);
  expect([onStop.mock.calls.length, onForce.mock.calls.length]).toEqual([1, 0]);
  await delay(550);
  source.emit('SIGINT');
  expect([onStop.mock.calls.length, onForce.mock.calls.length]).toEqual([1, 1]);
});

test('the end of what started us is a request to stop', () => {
  const { source, onStop } = given();
  source.emit('disconnect');
  expect(onStop).toHaveBeenCalledTimes(1);
});
