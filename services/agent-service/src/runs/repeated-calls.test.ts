import { expect, test } from '@jest/globals';
import { newRepeatedCalls } from './repeated-calls.ts';

const call = (name: string, input: unknown) => ({ type: 'tool_use' as const, id: 'x', name, input });
const FAILED = { ok: false, output: 'no such file' };

test('the same call with the same result is a loop at the third time', () => {
  const calls = newRepeatedCalls();
  const read = call('read_file', { path: 'a' });
  expect([1, 2, 3].map(() => calls.isLoop(read, FAILED, false))).toEqual([false, false, true]);
});

test('another input or another result is another call', () => {
  const calls = newRepeatedCalls();
  for (const path of ['a', 'b', 'c']) expect(calls.isLoop(call('read_file', { path }), FAILED, false)).toBe(false);
  for (const output of ['1', '2', '3'])
    expect(calls.isLoop(call('run_command', {}), { ok: true, output }, true)).toBe(false);
});

test('a look that is repeated after each change is none, the same change made again is one', () => {
  const calls = newRepeatedCalls();
  const check = call('run_check', {});
  for (const content of ['1', '2', '3', '4']) {
    expect(calls.isLoop(call('write_file', { content }), { ok: true, output: 'written' }, true)).toBe(false);
    expect(calls.isLoop(check, FAILED, false)).toBe(false);
  }
  const write = call('write_file', { content: 'x' });
  const made = [1, 2, 3].map(() => calls.isLoop(write, { ok: true, output: 'written' }, true));
  expect(made).toEqual([false, false, true]);
});
