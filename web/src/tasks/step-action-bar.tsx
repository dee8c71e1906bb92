import type { PlanStep, Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { wasBegun } from '../diff/diff-range.ts';
import { ForkBox } from '../fork/fork-box.tsx';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { canRetry } from '../steering/steering.ts';
import type { StepActions } from './plan-panel.tsx';

type Props = { task: Task; step: PlanStep; actions: StepActions };

/** What can be done with a step: see what it changed, go another way from before it, make it anew. */
export function StepActionBar({ task, step, actions: { steering, isBusy, onDiff, onRetry } }: Props) {
  const [isForking, setIsForking] = useState(false);
  const number = step.index + 1;
  return (
    <>
      <div className="step-actions">
        {wasBegun(step) && (
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
            aria-label={`Fork from here, step ${number}`}
            aria-expanded={isForking}
            onClick={() => setIsForking(!isForking)}
          >
            Fork from here
          </button>
        )}
        {canRetry(task, steering, step.index) && (
          <ConfirmButton
            className="button-plain"
            testId="retry-here"
            label={`Retry from here, step ${number}`}
            disabled={isBusy}
            question={`Make step ${number} and all after it anew? The files go back to what they were before it.`}
            yes="Make it anew"
            no="Leave it"
            onConfirm={() => onRetry(step.index)}
          >
            Retry from here
          </ConfirmButton>
        )}
      </div>
      {isForking && <ForkBox task={task} step={step.index} onClose={() => setIsForking(false)} />}
    </>
  );
}

/** A fork begins with the first step, or with one before which all is done. */
const canFork = ({ plan }: Task, index: number) => index === 0 || plan[index - 1]?.status === 'completed';
