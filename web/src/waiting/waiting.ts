import type { PlanStep, Review, Task, TaskEvent, UncertainCall } from '@builder-ai/contracts/task';
import { toReview } from '../review/to-review.ts';
import { lastTurn } from '../steering/steering.ts';

/** What a task waits for, as its user has to see it. */
export type Waiting =
  | { kind: 'question'; call: UncertainCall }
  | { kind: 'plan' }
  | { kind: 'step'; step: PlanStep }
  | { kind: 'dispute'; step: PlanStep; review: Review }
  | { kind: 'budget' }
  | { kind: 'uncertain'; call: UncertainCall }
  | { kind: 'paused' }
  /** It was stopped by something that is not there, as a model that cannot be reached: it can be run again. */
  | { kind: 'unavailable' };

/** @returns null when it waits for nobody */
export function toWaiting(task: Task): Waiting | null {
  if (task.status !== 'waiting') return null;
  const { waiting_call: call } = task;
  switch (task.waiting_for) {
    case 'input':
      return call ? { kind: 'question', call } : { kind: 'unavailable' };
    case 'uncertain':
      return call ? { kind: 'uncertain', call } : { kind: 'unavailable' };
    case 'budget':
      return { kind: 'budget' };
    case 'resume':
      return { kind: 'paused' };
    case 'approval':
      return toApproval(task);
    default:
      return { kind: 'unavailable' };
  }
}

function toApproval({ plan, current_step }: Task): Waiting {
  const step = plan[current_step ?? 0];
  const review = toReview(step?.review);
  // A step that was begun needs no approval to begin: it is its reviewer who is not content.
  if (step && step.status !== 'pending' && review?.verdict === 'changes') return { kind: 'dispute', step, review };
  return step && plan.some(({ status }) => status !== 'pending') ? { kind: 'step', step } : { kind: 'plan' };
}

/** Why the run stopped, in its own words; empty when that is not known. */
export function toReason(events: readonly TaskEvent[]): string {
  const turn = lastTurn(events);
  return turn?.event_type === 'task_waiting' && typeof turn.data.reason === 'string' ? turn.data.reason : '';
}
