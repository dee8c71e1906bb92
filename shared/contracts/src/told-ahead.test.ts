import { expect, test } from '@jest/globals';
import { formatToldAhead, parseToldAhead } from './told-ahead.ts';

test('what is told can be read, whatever its events say', () => {
  const events = [JSON.stringify({ data: { message: 'two\nlines' } }), JSON.stringify({ data: {} })];
  const told = { taskId: '0198f0c2-7a10-7000-8000-000000000002', lastSeq: 12, events };
  expect(parseToldAhead(formatToldAhead(told))).toEqual(told);
});

test.each(['', '{"task_id":"a"}', 'task-1', 'task-1 x', 'task-1 -1', ' 3'])('%j is told by no version', (payload) => {
  expect(parseToldAhead(payload)).toBeUndefined();
});
