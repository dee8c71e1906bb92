import type { PlanStep, TaskStatus } from '@builder-ai/contracts/task';
import { toPlainText } from '../page/plain-text.ts';
import { toDuration } from '../page/quantities.ts';
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
  const facts = [
    step.status === 'in_progress' && !isRunning ? 'Begun' : STEP_WORDS[step.status],
    toDuration(step.started_at, step.finished_at),
    step.agent && step.status !== 'pending' && agentName(step.agent),
    step.attempts > 1 && `attempt ${step.attempts}`,
  ].filter(Boolean);
  return (
    <li className="step" data-testid="plan-step" data-status={step.status} aria-current={isMade}>
      <span className="step-mark" aria-hidden="true" />
      <div className="step-text">
        <p>{step.description}</p>
        {step.result && <p className="step-result">{toPlainText(step.result)}</p>}
        <p className="step-facts">{facts.join(' · ')}</p>
      </div>
    </li>
  );
}
