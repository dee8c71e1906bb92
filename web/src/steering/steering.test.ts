import type { StepStatus, Task, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { canRetry, findStandstill, lastTurn, toSteering } from './steering.ts';

const given = (task: Partial<Task>, steps: StepStatus[] = []) =>
  ({
    ...task,
    plan: steps.map((status, index) => ({ index, status, attempts: status === 'pending' ? 0 : 1 })),
  }) as Task;
const event = (seq: number, event_type: string, data: object = {}) => ({ seq, event_type, data }) as TaskEvent;

test('a task that runs can be paused and cancelled, and nothing else', () => {
  const steering = toSteering(given({ status: 'in_progress' }, ['completed', 'in_progress']), false);
  expect(steering).toEqual({ canPause: true, canResume: false, canCancel: true, isStill: false, lastRetryStep: -1 });
});

test('a task that stands between two steps can be made anew from each step that was made', () => {
  const task = given({ status: 'in_progress' }, ['completed', 'pending', 'pending']);
  const steering = toSteering(task, true);
  expect(steering).toMatchObject({ canPause: false, isStill: true, lastRetryStep: 1 });
  expect([0, 1, 2].map((step) => canRetry(task, steering, step))).toEqual([true, false, false]);
  const ended = { ...task, status: 'failed' } as Task;
  expect([0, 1, 2].map((step) => canRetry(ended, toSteering(ended, false), step))).toEqual([true, true, false]);
});

test('only a paused task can be resumed', () => {
  const waiting = (waiting_for: Task['waiting_for']) => toSteering(given({ status: 'waiting', waiting_for }), false);
  expect(waiting('resume').canResume).toBe(true);
  expect(waiting('budget').canResume).toBe(false);
});

test('a task that has ended cannot be cancelled, but made anew from any step', () => {
  const task = given({ status: 'completed' }, ['completed', 'completed']);
  expect(toSteering(task, false)).toMatchObject({ canCancel: false, canPause: false, lastRetryStep: 1 });
  expect(toSteering(given({ status: 'failed' }, ['completed', 'failed', 'pending']), false).lastRetryStep).toBe(1);
});

test('a task without a plan has no step to make anew', () => {
  expect(toSteering(given({ status: 'failed' }), false).lastRetryStep).toBe(-1);
});

test('a step that was done elsewhere cannot be made anew', () => {
  const task = given({ status: 'completed' }, ['completed', 'completed']);
  for (const step of task.plan) step.attempts = 0;
  const steering = toSteering(task, false);
  expect([0, 1].map((step) => canRetry(task, steering, step))).toEqual([false, true]);
});

test('what a user says does not end a standstill; a step that begins does', () => {
  const end = event(4, 'step_completed', { next_step: 1 });
  expect(findStandstill([end, event(5, 'message_added', { role: 'user' }), event(6, 'budget_changed')])).toBe(end);
  expect(findStandstill([end, event(5, 'step_started')])).toBeUndefined();
  expect(findStandstill([event(4, 'step_completed', { next_step: null })])).toBeUndefined();
  expect(findStandstill([event(1, 'task_forked')])?.seq).toBe(1);
});

test('a turn is where the task began, stopped or ended', () => {
  expect(lastTurn([event(2, 'run_started'), event(3, 'log_added')])?.seq).toBe(2);
  expect(lastTurn([])).toBeUndefined();
});
