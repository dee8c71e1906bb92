import { expect, test } from '@jest/globals';
import { MAX_STEPS, parsePlan, staticPlan } from './plan-text.ts';

test('a numbered list becomes the steps', () => {
  expect(parsePlan('1. Step one\n2. Step two\n3. Step three')).toEqual(['Step one', 'Step two', 'Step three']);
});

test('words around the list are no steps, lines without a number go on the step before', () => {
  expect(parsePlan('Here is the plan:\n\n 1) Write the page\n    with a form\n 2) Check it')).toEqual([
    'Write the page with a form',
    'Check it',
  ]);
});

test('text without a list is no plan, and a plan has an end', () => {
  expect(parsePlan('I cannot do that.')).toEqual([]);
  expect(parsePlan(Array.from({ length: 99 }, (_, index) => `${index + 1}. x`).join('\n'))).toHaveLength(MAX_STEPS);
});

test('the static plan has exactly three steps and the first contains the goal', () => {
  const plan = staticPlan('Build something');
  expect(plan).toHaveLength(3);
  expect(plan[0]).toContain('Build something');
});
