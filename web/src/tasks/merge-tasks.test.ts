import type { Task } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { mergeTasks } from './merge-tasks.ts';

const task = (id: string, minute: number, seq = 1, status: Task['status'] = 'queued') =>
  ({ id, seq, status, created_at: `2026-01-01T00:0${minute}:00.000Z` }) as Task;

test('tasks are listed newest first, and by id when made at the same time', () => {
  const merged = mergeTasks([], [task('a', 1), task('c', 2), task('b', 2)]);
  expect(merged.map(({ id }) => id)).toEqual(['c', 'b', 'a']);
});

test('a later page is added below', () => {
  const merged = mergeTasks([task('d', 4), task('c', 3)], [task('b', 2), task('a', 1)]);
  expect(merged.map(({ id }) => id)).toEqual(['d', 'c', 'b', 'a']);
});

test('the version that has seen more of the timeline stays', () => {
  const known = [task('a', 1, 5, 'completed')];
  expect(mergeTasks(known, [task('a', 1, 2, 'in_progress')])[0]?.status).toBe('completed');
  expect(mergeTasks(known, [task('a', 1, 6, 'failed')])[0]?.status).toBe('failed');
});

test('nothing new keeps the same list', () => {
  const known = [task('a', 1)];
  expect(mergeTasks(known, [task('a', 1)])).toBe(known);
});
