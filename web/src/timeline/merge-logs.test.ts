import type { LogEntry, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { mergeLogs } from './merge-logs.ts';

const line = (seq: number, second: number, message: string): LogEntry => ({
  seq,
  timestamp: `2026-01-01T00:00:0${second}.000Z`,
  level: 'info',
  agent: 'template',
  step: 0,
  message,
});
const added = (entry: LogEntry) =>
  ({ seq: entry.seq, event_type: 'log_added', timestamp: entry.timestamp, data: entry }) as unknown as TaskEvent;
const messages = (logs: LogEntry[]) => logs.map(({ message }) => message);

test('a line of both the task and its timeline is shown once', () => {
  const wrote = line(4, 1, 'Wrote index.html');
  expect(mergeLogs([wrote], [added(wrote)])).toEqual([wrote]);
});

test('lines that the task no longer carries come from the timeline, in order', () => {
  const first = line(2, 1, 'first');
  const second = line(3, 1, 'second');
  expect(messages(mergeLogs([second], [added(first), added(second)]))).toEqual(['first', 'second']);
});

test('lines that the timeline has not heard of yet come last', () => {
  const merged = mergeLogs([line(2, 1, 'first'), line(3, 2, 'second')], [added(line(2, 1, 'first'))]);
  expect(messages(merged)).toEqual(['first', 'second']);
});

test('an imported line with the number of a later one stays', () => {
  const merged = mergeLogs([line(1, 1, 'imported')], [added(line(1, 5, 'new'))]);
  expect(messages(merged)).toEqual(['imported', 'new']);
});

test('other entries of the timeline are no log lines', () => {
  const event = { ...added(line(1, 1, 'x')), event_type: 'step_started' };
  expect(mergeLogs([], [event])).toEqual([]);
});
