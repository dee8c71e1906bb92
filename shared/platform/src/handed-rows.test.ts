import { expect, test } from '@jest/globals';
import { newHandedRows } from './handed-rows.ts';

const row = (key: string, no: number, position = no) => ({ position, topic: 'facts', key, no, event: '{}' });
const numbers = (rows: { key: string; no: number }[] | undefined) => rows?.map(({ key, no }) => `${key}${no}`);

test('rows that follow on what was published are taken as they are, in the order of their commits', () => {
  const handed = newHandedRows();
  handed.published([row('a', 1), row('b', 4)]);
  handed.hand([row('a', 3, 12), row('b', 5, 10)]);
  handed.hand([row('a', 2, 11)]);
  expect(numbers(handed.take())).toEqual(['b5', 'a2', 'a3']);
  expect(handed.take()).toEqual([]);
});

test.each([
  ['in the middle of a key that nothing was published of', row('new', 2)],
  ['after one that is missing', row('a', 3)],
])('a row %s asks for a look into the table', (_name, given) => {
  const handed = newHandedRows();
  handed.published([row('a', 1)]);
  handed.hand([given]);
  expect(handed.take()).toBeUndefined();
  // The look has found it.
  expect(handed.take()).toEqual([]);
});

test('the first row of a key is taken as it is: nothing lies before it', () => {
  const handed = newHandedRows();
  handed.hand([row('new', 2), row('new', 1)]);
  expect(numbers(handed.take())).toEqual(['new1', 'new2']);
});

test('a row that a look has found and published meanwhile is not taken again', () => {
  const handed = newHandedRows();
  handed.hand([row('a', 1), row('a', 2)]);
  handed.published([row('a', 1), row('a', 2)]);
  handed.hand([row('a', 3)]);
  expect(numbers(handed.take())).toEqual(['a3']);
});

test('when it forgets, the table has to be looked into', () => {
  const handed = newHandedRows();
  handed.published([row('a', 1)]);
  handed.hand([row('a', 2)]);
  handed.forget();
  expect(handed.take()).toEqual([]);
  handed.hand([row('a', 2)]);
  expect(handed.take()).toBeUndefined();
});
