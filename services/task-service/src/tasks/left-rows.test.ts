import { expect, test } from '@jest/globals';
import { newLeftRows } from './left-rows.ts';
import type { LockedTask } from './task-row.ts';

const at = (ms: number) => new Date(Date.UTC(2026, 0, 1) + ms);
const clock = { databaseMs: at(0).getTime(), at: 1_000 };
const taskOf = (id: string, version: string | null = '7') =>
  ({ id, version, now: at(0), updated_at: at(0), seq: 1 }) as LockedTask;

test('a row is given once, with the time that has passed since the database told its own', () => {
  let now = 1_000;
  const rows = newLeftRows(() => now);
  rows.put({ task: taskOf('a'), clock });
  now = 1_250.7;
  expect(rows.take('a')?.task).toEqual({ ...taskOf('a'), now: at(250) });
  expect(rows.take('a')).toBeUndefined();
});

test('its time is not before what was last written', () => {
  const rows = newLeftRows(() => 1_010);
  rows.put({ task: { ...taskOf('a'), updated_at: at(40) }, clock });
  expect(rows.take('a')?.task.now).toEqual(at(40));
});

test('after half a minute the row, and with it the time, is read again', () => {
  const rows = newLeftRows(() => 31_001);
  rows.put({ task: taskOf('a'), clock });
  expect(rows.take('a')).toBeUndefined();
});

test('a row that nothing was appended to is not kept, and of many the oldest goes', () => {
  const rows = newLeftRows(() => 1_000);
  rows.put({ task: taskOf('a', null), clock });
  for (let n = 0; n <= 500; n += 1) rows.put({ task: taskOf(`${n}`), clock });
  expect([rows.take('a'), rows.take('0'), rows.take('1')?.task.id]).toEqual([undefined, undefined, '1']);
});
