import type { StepStatus, Task, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { toReason, toWaiting } from './waiting.ts';

const call = { call_id: '0.1.1', step: 0, tool: 'ask_user', summary: 'Which colour?' };
const given = (task: Partial<Task>, steps: StepStatus[] = [], review: object | null = null) =>
  ({
    status: 'waiting',
    waiting_call: null,
    current_step: 0,
    ...task,
    plan: steps.map((status, index) => ({ index, status, review: index === task.current_step ? review : null })),
  }) as Task;

test('a task that is not waiting waits for nobody', () => {
  expect(toWaiting(given({ status: 'completed', waiting_for: null }))).toBeNull();
});

test('a question is told from a model that is not there', () => {
  expect(toWaiting(given({ waiting_for: 'input', waiting_call: call }))).toEqual({ kind: 'question', call });
  expect(toWaiting(given({ waiting_for: 'input' }))?.kind).toBe('unavailable');
});

test('a plan, a step and a reviewer that is not content wait for approval, each for its own', () => {
  const waiting_for = 'approval';
  expect(toWaiting(given({ waiting_for, current_step: 0 }, ['pending', 'pending']))?.kind).toBe('plan');
  const step = toWaiting(given({ waiting_for, current_step: 1 }, ['completed', 'pending']));
  expect(step).toMatchObject({ kind: 'step', step: { index: 1 } });
  const review = { verdict: 'changes', round: 3, agent: 'chatgpt', summary: 'No.', reasons: [] };
  const dispute = toWaiting(given({ waiting_for, current_step: 1 }, ['completed', 'in_progress'], review));
  expect(dispute).toMatchObject({ kind: 'dispute', step: { index: 1 }, review });
});

test('a kind of waiting that is not known yet can still be seen', () => {
  expect(toWaiting(given({ waiting_for: 'moon' as Task['waiting_for'] }))?.kind).toBe('unavailable');
});

test('the reason is the one of the present stop', () => {
  const waited = { seq: 2, event_type: 'task_waiting', data: { reason: 'Paused.' } } as unknown as TaskEvent;
  const started = { seq: 3, event_type: 'run_started', data: {} } as unknown as TaskEvent;
  expect(toReason([waited])).toBe('Paused.');
  expect(toReason([waited, started])).toBe('');
});
