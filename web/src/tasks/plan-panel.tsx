import type { PlanStep, TaskStatus } from '@builder-ai/contracts/task';
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

/** The plan and how far it is. */
export function PlanPanel({ plan, status }: { plan: readonly PlanStep[]; status: TaskStatus }) {
  const done = plan.filter((step) => step.status === 'completed').length;
  return (
    <section className="panel" aria-label="Plan">
      <h4>Plan {plan.length > 0 && <span className="panel-count">{`${done} of ${plan.length}`}</span>}</h4>
      {plan.length === 0 ? (
        <p className="muted">{NO_PLAN_WORDS[status] ?? 'There is none.'}</p>
      ) : (
        <ol className="steps">
          {plan.map((step) => (
            <Step key={step.index} step={step} isRunning={status === 'in_progress'} />
          ))}
        </ol>
      )}
    </section>
  );
}

function Step({ step, isRunning }: { step: PlanStep; isRunning: boolean }) {
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
