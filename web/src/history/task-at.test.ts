import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { expect, test } from '@jest/globals';
import { toMoments } from './moments.ts';
import { commitAt, taskAt } from './task-at.ts';

const ENTRIES: [event_type: string, data: Record<string, unknown>][] = [
  ['task_created', { title: 'two parts' }],
  ['run_started', { agent: 'claude' }],
  ['plan_created', { agent: 'claude', steps: [{ description: 'one' }, { description: 'two' }] }],
  ['usage_recorded', { step: 0, cost_micro_usd: 30 }],
  ['step_started', { index: 0, agent: 'claude', attempt: 1 }],
  ['step_completed', { index: 0, result: 'made', commit: 'aaa', cost_micro_usd: 30, next_step: 1 }],
  ['step_started', { index: 1, agent: 'claude', attempt: 1 }],
  ['usage_recorded', { step: 1, cost_micro_usd: 70 }],
  ['review_given', { step: 1, round: 1, agent: 'chatgpt', verdict: 'changes', summary: 'no', reasons: [] }],
  ['step_completed', { index: 1, result: 'made too', commit: 'bbb', cost_micro_usd: 70, next_step: null }],
  ['task_completed', {}],
  ['task_retried', { step: 1 }],
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

const budget = { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 100 };
const now = { id: 'task', plan: [], forked_from: null, budget, seq: 12 } as unknown as Task;
const statuses = (task: Task) => task.plan.map(({ status }) => status);

test('a task before its plan, in its first step, between two steps, at its end, and made anew from a step', () => {
  expect(taskAt(now, events, 2)).toMatchObject({ status: 'in_progress', plan: [], seq: 2 });
  expect(statuses(taskAt(now, events, 5))).toEqual(['in_progress', 'pending']);
  const between = taskAt(now, events, 6);
  expect(statuses(between)).toEqual(['completed', 'pending']);
  expect(between.current_step).toBe(1);
  const end = taskAt(now, events, 11);
  expect([end.status, ...statuses(end)]).toEqual(['completed', 'completed', 'completed']);
  expect(end.plan[1]?.review).toMatchObject({ verdict: 'changes' });
  const anew = taskAt(now, events, 12);
  expect([anew.status, ...statuses(anew)]).toEqual(['in_progress', 'completed', 'pending']);
});

test('what was spent by then, and the commit that keeps the files of then', () => {
  const spent = [3, 4, 8, 12].map((at) => taskAt(now, events, at).budget.spent_micro_usd);
  expect(spent).toEqual([0, 30, 100, 100]);
  const commits = [5, 6, 9, 11, 12].map((at) => commitAt(taskAt(now, events, at)));
  expect(commits).toEqual([null, 'aaa', 'aaa', 'bbb', 'aaa']);
});

test("a fork begins with its parent's steps, and with what they had cost", () => {
  const before = { index: 0, description: 'one', status: 'completed', commit: 'ppp', attempts: 1 };
  const times = { started_at: '2025-12-31T00:00:00.000Z', finished_at: '2025-12-31T00:00:01.000Z' };
  const fork = {
    ...now,
    forked_from: { task_id: 'parent', seq: 6 },
    plan: [
      { ...before, ...times },
      { ...before, ...times, index: 1, finished_at: events[9]?.timestamp },
    ],
    budget: { ...budget, spent_micro_usd: 150 },
  } as unknown as Task;
  const own = events.filter(({ event_type }) => event_type !== 'plan_created');
  const first = taskAt(fork, own, 1);
  expect(statuses(first)).toEqual(['completed', 'pending']);
  expect(commitAt(first)).toBe('ppp');
  expect(first.budget.spent_micro_usd).toBe(50);
});

test('of a timeline whose beginning is kept no longer, the steps are there and what was done before them is', () => {
  const plan = [
    {
      index: 0,
      description: 'one',
      status: 'completed',
      commit: 'aaa',
      started_at: '2025-12-31',
      finished_at: '2025-12-31',
    },
    {
      index: 1,
      description: 'two',
      status: 'completed',
      commit: 'bbb',
      started_at: '2026-01-02',
      finished_at: '2026-01-02',
    },
  ];
  const left = events.slice(6, 9);
  const then = taskAt({ ...now, plan } as unknown as Task, left, 7);
  expect(statuses(then)).toEqual(['completed', 'in_progress']);
  expect(then.budget.spent_micro_usd).toBe(30);
});

test('entries of a later version, or without what they should have, break nothing', () => {
  const odd = ['step_started', 'plan_created', 'plan_updated', 'something_new', 'constructor'].map(
    (event_type, index) => ({
      ...(events[0] as TaskEvent),
      seq: index + 1,
      event_type,
      data: undefined as unknown as Record<string, unknown>,
    }),
  );
  expect(taskAt(now, odd, 5)).toMatchObject({ status: 'queued', plan: [] });
  expect(toMoments(odd)).toEqual([{ seq: 2, words: 'plan made', tone: 'plain' }]);
});
