import type { PlanStep, Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import type { DiffRange } from '../diff/diff-range.ts';
import { ForkBox } from '../fork/fork-box.tsx';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDuration } from '../page/quantities.ts';
import { ReviewNote } from '../review/review-note.tsx';
import { toReview } from '../review/to-review.ts';
import { agentName, STEP_WORDS } from './task-words.ts';

type Props = { task: Task; step: PlanStep; onDiff: (range: DiffRange) => void };

/** One step: what it is, how it went, what its reviewer said, and what can be done with it. */
export function PlanStepItem({ task, step, onDiff }: Props) {
  const [isForking, setIsForking] = useState(false);
  const isRunning = task.status === 'in_progress';
  const review = toReview(step.review);
  const number = step.index + 1;
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
        <p>{step.description}</p>
        {step.result && <p className="step-result">{toPlainText(step.result)}</p>}
        <p className="step-facts">{facts.join(' · ')}</p>
        {review && <ReviewNote review={review} isTaken={step.status === 'completed' && review.verdict === 'changes'} />}
        <div className="step-actions">
          {step.attempts > 0 && (
            <button
              type="button"
              className="button-plain"
              data-testid="step-changes"
              aria-label={`Changes of step ${number}`}
              onClick={() => onDiff({ from: step.index, to: step.index })}
            >
              Changes
            </button>
          )}
          {canFork(task, step.index) && (
            <button
              type="button"
              className="button-plain"
              data-testid="fork-here"
              aria-label={`Fork from step ${number}`}
              aria-expanded={isForking}
              onClick={() => setIsForking(!isForking)}
            >
              Fork from here
            </button>
          )}
        </div>
        {isForking && <ForkBox task={task} step={step.index} onClose={() => setIsForking(false)} />}
      </div>
    </li>
  );
}

/** A fork begins with the first step, or with one before which all is done. */
const canFork = ({ plan }: Task, index: number) => index === 0 || plan[index - 1]?.status === 'completed';

/** A step whose review could not be had is done, but nobody may take it for passed. */
function toStatusWords({ status, review }: PlanStep, isRunning: boolean): string {
  if (status === 'in_progress' && !isRunning) return 'Begun';
  if (status === 'completed' && toReview(review)?.verdict === 'unreviewed') return 'Done, but not reviewed';
  return STEP_WORDS[status];
}
