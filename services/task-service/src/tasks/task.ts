// What a task is and how it changes: pure, no I/O. A task's row is a fold of its timeline.
import type { StepRecord, TaskStatus, UncertainCall, WaitingReason } from '@builder-ai/contracts/task';

/** The part of a task that its timeline changes. */
export type TaskState = {
  status: TaskStatus;
  waiting_for: WaitingReason | null;
  waiting_call: UncertainCall | null;
  plan: StepRecord[];
  current_step: number | null;
  error: string | null;
  metadata: Record<string, unknown>;
  spent_micro_usd: number;
};

/** Metadata is the client's own, and part of every list. */
export const MAX_METADATA_BYTES = 16 * 1024;

const TITLE_LENGTH = 80;

/** The first line of the goal, shortened at a word. */
export function titleFromGoal(goal: string): string {
  const line = goal.split('\n', 1)[0]?.trim() || goal.trim();
  if (line.length <= TITLE_LENGTH) return line;
  const cut = line.slice(0, TITLE_LENGTH);
  return `${cut
    .slice(0, Math.max(cut.lastIndexOf(' '), TITLE_LENGTH / 2))
    .trimEnd()
    .toWellFormed()}…`;
}

/** A task may be run unless it has ended. */
export function mayRun(status: TaskStatus): boolean {
  return status === 'queued' || status === 'in_progress' || status === 'waiting';
}

export function newStep(index: number, description: string): StepRecord {
  return {
    index,
    description,
    status: 'pending',
    agent: null,
    started_at: null,
    finished_at: null,
    attempts: 0,
    result: null,
    review: null,
    commit: null,
    cost_micro_usd: 0,
  };
}

/** The plan with other steps from `from` on. @throws Error when `from` is beyond the plan */
export function withStepsFrom(
  plan: StepRecord[],
  from: number,
  steps: readonly { description: string }[],
): StepRecord[] {
  if (from > plan.length) throw new Error(`The plan has ${plan.length} steps; it cannot change from index ${from} on.`);
  return [...plan.slice(0, from), ...steps.map(({ description }, index) => newStep(from + index, description))];
}

/**
 * The plan with one step changed.
 * @throws Error when there is no such step: the event then becomes a dead letter with this reason
 */
export function withStep(
  plan: StepRecord[],
  index: number,
  change: (step: StepRecord) => Partial<StepRecord>,
): StepRecord[] {
  const step = plan[index];
  if (!step) throw new Error(`The plan has ${plan.length} steps; there is no step with index ${index}.`);
  return plan.map((item) => (item.index === index ? { ...item, ...change(item) } : item));
}
