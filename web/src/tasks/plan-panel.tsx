import type { PlanStep, TaskStatus } from '@builder-ai/contracts/task';
import type { ReactNode } from 'react';
import { begunSteps, type DiffRange, WHOLE } from '../diff/diff-range.ts';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDuration } from '../page/quantities.ts';
import { ReviewNote } from '../review/review-note.tsx';
import { toReview } from '../review/to-review.ts';
import { agentName, STEP_WORDS } from './task-words.ts';

const NO_PLAN_WORDS: Partial<Record<TaskStatus, string>> = {
  queued: 'Made when the task is run.',
  in_progress: 'Being made.',
};

type Props = { plan: readonly PlanStep[]; status: TaskStatus; onDiff: (range: DiffRange) => void };

/** The plan and how far it is. */
export function PlanPanel({ plan, status, onDiff }: Props) {
  const done = plan.filter((step) => step.status === 'completed').length;
  return (
    <section className="panel" aria-label="Plan">
      <h4>
        Plan {plan.length > 0 && <span className="panel-count">{`${done} of ${plan.length}`}</span>}
        {begunSteps(plan).length > 0 && (
          <button
            type="button"
            className="button-plain panel-action"
            data-testid="all-changes"
            onClick={() => onDiff(WHOLE)}
          >
            All changes
          </button>
        )}
      </h4>
      {plan.length === 0 ? (
        <p className="muted">{NO_PLAN_WORDS[status] ?? 'There is none.'}</p>
      ) : (
        <ol className="steps">
          {plan.map((step) => (
            <Step key={step.index} step={step} isRunning={status === 'in_progress'}>
              {step.attempts > 0 && (
                <button
                  type="button"
                  className="button-plain"
                  data-testid="step-changes"
                  aria-label={`Changes of step ${step.index + 1}`}
                  onClick={() => onDiff({ from: step.index, to: step.index })}
                >
                  Changes
                </button>
              )}
            </Step>
          ))}
        </ol>
      )}
    </section>
  );
}

type StepProps = { step: PlanStep; isRunning: boolean; children: ReactNode };

function Step({ step, isRunning, children }: StepProps) {
  const isMade = step.status === 'in_progress' && isRunning;
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
      aria-current={isMade}
    >
      <span className="step-mark" aria-hidden="true" />
      <div className="step-text">
        <p>{step.description}</p>
        {step.result && <p className="step-result">{toPlainText(step.result)}</p>}
        <p className="step-facts">{facts.join(' · ')}</p>
        {review && <ReviewNote review={review} isTaken={step.status === 'completed' && review.verdict === 'changes'} />}
        <div className="step-actions">{children}</div>
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
