import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPlan } from '../src/plan.mjs';

test('items are read in their order, with what is done', () => {
  assert.deepEqual(readPlan('# Plan\n\n- [x] one\ntext\n- [ ] two\n'), [
    { what: 'one', done: true },
    { what: 'two', done: false },
  ]);
});

test('a plan without items is empty', () => {
  assert.deepEqual(readPlan('# Plan\n'), []);
});
