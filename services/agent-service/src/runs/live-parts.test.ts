import { expect, jest, test } from '@jest/globals';
import { type LivePart, newLiveParts } from './live-parts.ts';

test('the first piece goes out at once, the others once in 50 ms, each with its place', () => {
  jest.useFakeTimers();
  const sent: LivePart[] = [];
  const parts = newLiveParts((part) => sent.push(part));
  parts.add('a');
  parts.add('bc');
  parts.add('d');
  expect(sent).toEqual([{ offset: 0, text: 'a' }]);
  jest.advanceTimersByTime(51);
  expect(sent.slice(1)).toEqual([{ offset: 1, text: 'bcd' }]);
  parts.add('e');
  parts.end();
  parts.add('f');
  jest.advanceTimersByTime(1_000);
  expect(sent).toHaveLength(2);
  jest.useRealTimers();
});

test('control characters do not reach a terminal, and a flood ends', () => {
  jest.useFakeTimers();
  const sent: LivePart[] = [];
  const parts = newLiveParts((part) => sent.push(part));
  parts.add('\u001b[31mred\u001b[0m\u0007\r\n');
  expect(sent).toEqual([{ offset: 0, text: 'red\n' }]);
  for (let n = 0; n < 100; n += 1) {
    parts.add('x'.repeat(10_000));
    jest.advanceTimersByTime(51);
  }
  expect(sent.reduce((sum, { text }) => sum + text.length, 0)).toBeLessThan(300_000);
  jest.useRealTimers();
});
