// A task as it was is folded from its timeline twice: where its row is made, and on the page, which must bear what later
// versions add and may hold no schemas. Both must say the same of every entry that there is.
import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { foldTimeline, PROJECTED_TYPES } from '../../services/task-service/src/tasks/task-projection.ts';
import { taskAt } from '../../web/src/history/task-at.ts';

const steps = [{ description: 'one' }, { description: 'two' }];
const review = { round: 1, agent: 'chatgpt', verdict: 'changes', summary: 'no', reasons: [], accepted_by_user: false };

const ENTRIES: [event_type: string, data: Record<string, unknown>][] = [
  ['task_created', {}],
  ['run_started', { agent: 'claude' }],
  ['plan_created', { agent: 'claude', source: 'model', steps }],
  ['usage_recorded', { step: 0, cost_micro_usd: 30 }],
  ['step_started', { index: 0, agent: 'claude', attempt: 1 }],
  ['step_completed', { index: 0, result: 'made', commit: 'aaa', cost_micro_usd: 30, next_step: 1 }],
  ['plan_updated', { from: 1, steps: [{ description: 'another' }, { description: 'more' }] }],
  ['step_started', { index: 1, agent: 'claude', attempt: 1 }],
  ['review_given', { step: 1, ...review }],
  ['step_failed', { index: 1, error: 'it broke' }],
  ['task_failed', { error: 'it broke' }],
  ['task_retried', { step: 1 }],
  ['step_started', { index: 1, agent: 'chatgpt', attempt: 2 }],
  ['task_waiting', { waiting_for: 'approval', reason: 'look at it' }],
  ['run_started', { agent: 'chatgpt' }],
  ['step_completed', { index: 1, result: 'made', commit: 'bbb', cost_micro_usd: 0, next_step: 2 }],
  ['task_cancelled', {}],
  ['task_retried', { step: 2 }],
  ['task_completed', {}],
];

const events = ENTRIES.map(
  ([event_type, data], index): TaskEvent => ({
    id: String(index),
    seq: index + 1,
    event_type,
    task_id: 'task',
    timestamp: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString(),
    data,
  }),
);

const now = {
  id: 'task',
  plan: [],
  forked_from: null,
  budget: { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 30 },
} as unknown as Task;

test('there is an entry of every kind that changes a task', () => {
  const here = new Set(ENTRIES.map(([event_type]) => event_type));
  expect(PROJECTED_TYPES.filter((type) => !here.has(type))).toEqual([]);
});

test.each(events)('after entry $seq ($event_type) the page shows what the row says', ({ seq }) => {
  const row = foldTimeline(events.slice(0, seq));
  const shown = taskAt(now, events, seq);
  const plan = shown.plan.map(({ logs: _logs, ...step }) => step);
  const { status, current_step, budget } = shown;
  expect({ status, current_step, plan, spent: budget.spent_micro_usd }).toEqual({
    status: row.status,
    current_step: row.current_step,
    plan: row.plan,
    spent: row.spent_micro_usd,
  });
  // What only waits keeps no error on the page, which says itself what it waits for.
  if (status !== 'waiting') expect(shown.error).toBe(row.error);
});
