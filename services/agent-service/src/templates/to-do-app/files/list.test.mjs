import assert from 'node:assert/strict';
import { test } from 'node:test';
import './list.js';

const { add, toggle, rename, remove, clearDone, select, countOpen, parse } = globalThis.toDoList;
const three = ['one', 'two', 'three'].reduce(add, []);
const texts = (items) => items.map((item) => item.text);

test('items are added at the end, trimmed, and empty ones not at all', () => {
  assert.deepEqual(texts(add(add(three, '  four  '), '  ')), ['one', 'two', 'three', 'four']);
});

test('every item has an id of its own, also after one was deleted', () => {
  const ids = add(remove(three, 2), 'four').map((item) => item.id);
  assert.equal(new Set(ids).size, 3);
});

test('an item is ticked off and back on', () => {
  assert.equal(countOpen(toggle(three, 1)), 2);
  assert.equal(countOpen(toggle(toggle(three, 1), 1)), 3);
});

test('an item is renamed, and deleted by an empty text', () => {
  assert.deepEqual(texts(rename(three, 2, ' second ')), ['one', 'second', 'three']);
  assert.deepEqual(texts(rename(three, 2, ' ')), ['one', 'three']);
});

test('what is done can be shown, hidden and cleared', () => {
  const some = toggle(three, 2);
  assert.deepEqual(texts(select(some, 'done')), ['two']);
  assert.deepEqual(texts(select(some, 'open')), ['one', 'three']);
  assert.deepEqual(texts(clearDone(some)), ['one', 'three']);
});

test('a stored list comes back, and rubbish does not', () => {
  assert.deepEqual(parse(JSON.stringify(three)), three);
  for (const rubbish of [null, '', '{}', 'no', '[1, null, {"id": "x"}]']) assert.deepEqual(parse(rubbish), []);
});
