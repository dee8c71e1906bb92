import type { PlanStep, Task } from '@builder-ai/contracts/task';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDuration } from '../page/quantities.ts';
import { ReviewNote } from '../review/review-note.tsx';
import { toReview } from '../review/to-review.ts';
import type { StepActions } from './plan-panel.tsx';
import { StepActionBar } from './step-action-bar.tsx';
import { agentName, STEP_WORDS } from './task-words.ts';

type Props = { task: Task; step: PlanStep; actions: StepActions | undefined };

/** One step: what it is, how it went, what its reviewer said, and what can be done with it. */
export function PlanStepItem({ task, step, actions }: Props) {
  const isRunning = task.status === 'in_progress';
  const review = toReview(step.review);
  const facts = [
    toStatusWords(step, isRunning),
    toDuration(step.started_at, step.finished_at),
    step.agent && step.status !== 'pending' && agentName(step.agent),
    step.attempts > 1 && `attempt ${step.attempts}`,
    step.cost_micro_usd > 0 && toDollars(step.cost_micro_usd),
  ].filter(Boolean);
  return (
    <li
      className="step"
      data-testid="plan-step"
      data-status={step.status}
      data-verdict={review?.verdict}
      aria-current={step.status === 'in_progress' && isRunning}
    >
      <span className="step-mark" aria-hidden="true" />
      <div className="step-text">
        <p>{toPlainText(step.description)}</p>
        {step.result && <p className="step-result">{toPlainText(step.result)}</p>}
        <p className="step-facts">{facts.join(' · ')}</p>
        {review && <ReviewNote review={review} />}
        {actions && <StepActionBar task={task} step={step} actions={actions} />}
      </div>
    </li>
  );
}

/** A step whose review could not be had is done, but nobody may take it for passed. */
function toStatusWords({ status, review }: PlanStep, isRunning: boolean): string {
  if (status === 'in_progress' && !isRunning) return 'Begun';
  if (status === 'completed' && toReview(review)?.verdict === 'unreviewed') return 'Done, but not reviewed';
  return STEP_WORDS[status];
}
