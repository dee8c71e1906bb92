import type { TaskWatch } from '@builder-ai/client/live-connection';
import type { PlanStep } from '@builder-ai/contracts/task';
import { toReview } from '../review/to-review.ts';

/** What can be said of a task in figures, from its plan and its own timeline. */
export type TaskFigures = {
  isDone: boolean;
  agents: string[];
  steps: number;
  done: number;
  costMicroUsd: number;
  /** While steps were being made; of a fork also those that it took over. */
  workMs: number;
  /** Commands and checks that agents ran in this task, by how they ended. */
  passed: number;
  failed: number;
  approved: number;
  sentBack: number;
  unreviewed: number;
  /** Steps that were begun more than once. */
  again: number;
};

const CHECKING = new Set(['run_command', 'run_check']);

export function toFigures({ task, events }: Pick<TaskWatch, 'task' | 'events'>): TaskFigures | null {
  if (!task) return null;
  const plan = task.plan ?? [];
  const checks = events.filter(
    ({ event_type, data }) => event_type === 'tool_finished' && CHECKING.has(String(data.tool)),
  );
  const failed = checks.filter(({ data }) => data.ok === false).length;
  const verdicts = plan.flatMap((step) => toReview(step.review) ?? []);
  return {
    isDone: task.status === 'completed',
    agents: [...new Set(plan.flatMap((step) => step.agent ?? []))],
    steps: plan.length,
    done: plan.filter((step) => step.status === 'completed').length,
    costMicroUsd: task.budget.spent_micro_usd,
    workMs: plan.reduce((sum, step) => sum + toWorkMs(step), 0),
    passed: checks.length - failed,
    failed,
    approved: verdicts.filter(({ verdict }) => verdict === 'approved').length,
    sentBack: events.filter(({ event_type, data }) => event_type === 'review_given' && data.verdict === 'changes')
      .length,
    unreviewed: verdicts.filter(({ verdict }) => verdict === 'unreviewed').length,
    again: plan.filter((step) => step.attempts > 1).length,
  };
}

function toWorkMs({ started_at, finished_at }: PlanStep): number {
  if (!started_at || !finished_at) return 0;
  return Math.max(0, Date.parse(finished_at) - Date.parse(started_at)) || 0;
}
