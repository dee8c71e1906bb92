import type { TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { toTimelineWords } from './timeline-words.ts';

const words = (event_type: string, data: unknown) => toTimelineWords({ event_type, data } as TaskEvent);

test('steps are numbered from 1 for people', () => {
  expect(words('step_started', { index: 0, step: 'Write the page', attempt: 1 })).toMatchObject({
    title: 'Step 1 started',
    detail: 'Write the page',
  });
});

test('a step that is made again says so', () => {
  expect(words('step_started', { index: 1, step: 'Check it', attempt: 2 }).detail).toBe('Check it (attempt 2)');
});

test('the template builder is called so', () => {
  expect(words('run_started', { agent: 'template' }).detail).toBe('by template builder');
});

test('a kind of entry that is not known yet is shown by its name', () => {
  expect(words('moon_rose', {})).toEqual({ title: 'Moon rose', detail: '', tone: 'plain' });
  expect(words('constructor', {}).title).toBe('Constructor');
});

test('a review says its verdict and its reasons; one that could not be had is not told as passed', () => {
  const reasons = [{ file: 'index.html', line: 12, reason: 'No label.' }];
  expect(words('review_given', { step: 1, verdict: 'changes', agent: 'chatgpt', summary: 'No.', reasons })).toEqual({
    title: 'Changes wanted',
    detail: 'Step 2 by chatgpt: No.\nindex.html:12 No label.',
    tone: 'waiting',
  });
  const taken = words('review_given', { step: 1, verdict: 'changes', accepted_by_user: true });
  expect(taken).toMatchObject({ title: 'Taken by you', tone: 'waiting' });
  expect(words('review_given', { step: 1, verdict: 'unreviewed' })).toMatchObject({
    title: 'Not reviewed',
    tone: 'waiting',
  });
});

test.each([undefined, null, {}, { index: 'x', step: { a: 1 }, steps: 'none', agent: [] }])(
  'data that is not as expected never throws: %j',
  (data) => {
    for (const type of [
      'task_created',
      'plan_created',
      'step_started',
      'log_added',
      'usage_recorded',
      'review_given',
      'plan_updated',
    ]) {
      expect(typeof words(type, data).detail).toBe('string');
    }
  },
);
