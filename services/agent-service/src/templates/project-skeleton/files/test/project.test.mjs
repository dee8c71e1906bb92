import assert from 'node:assert/strict';
import test from 'node:test';
import { goal, nextStep, title } from '../src/project.mjs';

test('the project knows what it is for', () => {
  assert.ok(title.length > 0 && goal.length > 0);
});

test('there is a next step until all are done', () => {
  assert.equal(nextStep(0), 'say who will use it');
  assert.equal(nextStep(99), null);
});
