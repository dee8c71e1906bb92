import type { TaskDelta, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { addDelta, goingOn, type LivePart } from './live-parts.ts';

const said = (offset: number, text: string, message_id = '0.1-1'): TaskDelta => ({
  task_id: 't',
  event_type: 'message_delta',
  data: { message_id, step: 0, agent: 'claude', offset, text },
});
const printed = (offset: number, text: string): TaskDelta => ({
  task_id: 't',
  event_type: 'command_output',
  data: { call_id: '0.1.1', step: 0, offset, text },
});
const event = (seq: number, event_type: string, data: object = {}) => ({ seq, event_type, data }) as TaskEvent;
const all = (...deltas: TaskDelta[]) =>
  deltas.reduce<readonly LivePart[]>((parts, each) => addDelta(parts, each, 7), []);
const texts = (parts: readonly LivePart[]) => parts.map(({ text }) => text);

test('pieces of a message, and of what a command prints, are put together', () => {
  expect(texts(all(said(0, 'One '), printed(0, 'a\n'), said(4, 'two.'), printed(2, 'b\n')))).toEqual([
    'One two.',
    'a\nb\n',
  ]);
});

test('a lost piece leaves a mark; one that came before changes nothing', () => {
  const parts = all(said(0, 'One '), said(8, 'three.'));
  expect(texts(parts)).toEqual(['One  … three.']);
  expect(addDelta(parts, said(4, 'two '), 7)).toBe(parts);
  expect(texts(all(said(5, 'late')))).toEqual([' … late']);
});

test('of a long text the end is kept', () => {
  const [part] = all(printed(0, 'x'.repeat(30_000)), printed(30_000, 'end'));
  expect(part?.text).toHaveLength(20_000);
  expect(part?.text.endsWith('xend')).toBe(true);
});

test('a part ends with what the timeline tells of it, and with its run', () => {
  const parts = all(said(0, 'One'), printed(0, 'a'));
  expect(goingOn(parts, [event(8, 'log_added')])).toBe(parts);
  const left = (last: TaskEvent) => goingOn(parts, [last]).map(({ kind }) => kind);
  expect(left(event(8, 'usage_recorded', { message_id: '0.1-1' }))).toEqual(['command_output']);
  expect(left(event(8, 'tool_finished', { call_id: '0.1.1' }))).toEqual(['message_delta']);
  expect(left(event(8, 'task_waiting'))).toEqual([]);
  // It stopped before this one began.
  expect(left(event(7, 'task_waiting'))).toHaveLength(2);
});
