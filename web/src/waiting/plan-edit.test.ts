import type { PlanStep, StepStatus } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import {
  addStep,
  changeStep,
  hasSameSteps,
  isChanged,
  moveStepUp,
  removeStep,
  toDescriptions,
  toEditedPlan,
} from './plan-edit.ts';

const given = (...steps: [string, StepStatus][]) =>
  steps.map(([description, status], index) => ({ index, description, status })) as PlanStep[];
const PLAN = given(['one', 'completed'], ['two', 'pending'], ['three', 'pending']);

test('steps that were begun are not among those that can be edited', () => {
  const edited = toEditedPlan(PLAN);
  expect(edited.begun).toEqual(['one']);
  expect(edited.steps.map(({ description }) => description)).toEqual(['two', 'three']);
  expect(isChanged(edited, PLAN)).toBe(false);
});

test('steps are changed, removed, added and moved; the whole plan is what is sent', () => {
  const [second, third] = toEditedPlan(PLAN).steps;
  let edited = changeStep(toEditedPlan(PLAN), second?.key ?? -1, ' 2 ');
  expect(toDescriptions(edited)).toEqual(['one', '2', 'three']);
  edited = moveStepUp(edited, third?.key ?? -1);
  expect(toDescriptions(edited)).toEqual(['one', 'three', '2']);
  expect(moveStepUp(edited, third?.key ?? -1)).toBe(edited);
  edited = removeStep(edited, third?.key ?? -1);
  edited = addStep(edited);
  const added = edited.steps.at(-1);
  expect(added).toEqual({ key: 2, description: '' });
  expect(toDescriptions(edited)).toEqual(['one', '2']);
  expect(toDescriptions(changeStep(edited, 2, 'four'))).toEqual(['one', '2', 'four']);
  expect(isChanged(edited, PLAN)).toBe(true);
});

test('two versions of a plan are the same when their steps say the same', () => {
  expect(hasSameSteps(PLAN, given(['one', 'completed'], ['two', 'in_progress'], ['three', 'pending']))).toBe(true);
  expect(hasSameSteps(PLAN, PLAN.slice(1))).toBe(false);
  expect(hasSameSteps(PLAN, given(['one', 'completed'], ['2', 'pending'], ['three', 'pending']))).toBe(false);
});
