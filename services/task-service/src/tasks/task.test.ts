import { expect, test } from '@jest/globals';
import { mayRun, newStep, titleFromGoal, withStep } from './task.ts';

test('the title is the first line of the goal, shortened at a word', () => {
  expect(titleFromGoal('build a page\nwith a form')).toBe('build a page');
  const title = titleFromGoal('word '.repeat(40));
  expect(title.length).toBeLessThanOrEqual(81);
  expect(title).toMatch(/word…$/);
  expect(titleFromGoal('x'.repeat(200))).toBe(`${'x'.repeat(40)}…`);
});

test('an ended task cannot run again', () => {
  expect((['queued', 'in_progress', 'waiting'] as const).map(mayRun)).toEqual([true, true, true]);
  expect((['completed', 'failed', 'cancelled'] as const).map(mayRun)).toEqual([false, false, false]);
});

test('a step that is not in the plan is refused by name', () => {
  const plan = [newStep(0, 'a'), newStep(1, 'b')];
  expect(withStep(plan, 1, () => ({ status: 'completed' })).map((step) => step.status)).toEqual([
    'pending',
    'completed',
  ]);
  expect(() => withStep(plan, 2, () => ({}))).toThrow('there is no step with index 2');
});
