import type { Task, TaskEvent } from '@builder-ai/contracts/task';

// What a user may do with a task as it stands. The server decides again: what it refuses is shown with its reason.

export type Steering = {
  canPause: boolean;
  canResume: boolean;
  canCancel: boolean;
  /** Nobody works on it: it may be gone on with, and its plan may be changed. */
  isStill: boolean;
  /** The last step from which it can be made anew, by index; -1 when there is none, or somebody works on it. */
  lastRetryStep: number;
};

/** @param standsStill an in-progress task was run for one step only, or was just forked */
export function toSteering(task: Task, standsStill: boolean): Steering {
  const isRunning = task.status === 'in_progress' && !standsStill;
  const isOpen = task.status === 'queued' || task.status === 'in_progress' || task.status === 'waiting';
  return {
    canPause: isRunning,
    canResume: task.status === 'waiting' && task.waiting_for === 'resume',
    canCancel: isOpen,
    isStill: !isRunning,
    lastRetryStep: isRunning || task.status === 'queued' ? -1 : findLastRetryStep(task),
  };
}

/** The first step that was not done, or else the last one. */
function findLastRetryStep({ plan = [] }: Task): number {
  const undone = plan.findIndex((step) => step.status !== 'completed');
  return undone === -1 ? plan.length - 1 : undone;
}

/**
 * A step that was not begun is gone on with rather than made anew, unless the task has ended. Of an imported task, steps
 * were done elsewhere: only those that were made here can be made anew.
 */
export function canRetry(task: Task, { canCancel: isOpen, lastRetryStep }: Steering, step: number): boolean {
  if (step > lastRetryStep) return false;
  return (task.plan[step]?.attempts ?? 0) > 0 || (step === lastRetryStep && !isOpen);
}

const TURNS = new Set([
  'run_started',
  'run_resumed',
  'task_waiting',
  'task_completed',
  'task_failed',
  'task_cancelled',
  'task_retried',
]);

/** The last entry with which the task began, stopped or ended: what was asked for before it has come to its effect. */
export function lastTurn(events: readonly TaskEvent[]): TaskEvent | undefined {
  return events.findLast((event) => TURNS.has(event.event_type));
}

/** What a user says or changes while nobody works on it does not set it going. */
const isPassive = ({ event_type, data }: TaskEvent) =>
  event_type === 'budget_changed' ||
  (event_type === 'message_added' && data.role === 'user') ||
  (event_type === 'plan_updated' && data.agent === 'user');

/** The entry after which a task that is in progress may stand still: a step's end, or its being forked. */
export function findStandstill(events: readonly TaskEvent[]): TaskEvent | undefined {
  const last = events.findLast((event) => !isPassive(event));
  const isStepEnd = last?.event_type === 'step_completed' && last.data.next_step !== null;
  return isStepEnd || last?.event_type === 'task_forked' ? last : undefined;
}
