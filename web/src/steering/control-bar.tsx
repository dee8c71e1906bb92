import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { useClient } from '../client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { canRetry, type Steering } from './steering.ts';
import { useTaskAction } from './use-task-action.ts';

type Action = 'pause' | 'resume' | 'cancel' | 'retry';

const PENDING_WORDS: Record<Action, string> = {
  pause: 'Pausing after the call in flight…',
  resume: 'Resuming…',
  cancel: 'Cancelling…',
  retry: 'Starting again…',
};

type Props = { task: Task; steering: Steering; events: readonly TaskEvent[] };

/** Stops the task and sets it going again: only what its state allows is there. */
export function ControlBar({ task, steering, events }: Props) {
  const { api } = useClient();
  const { act, pending, problem } = useTaskAction<Action>(events);
  const { canPause, canResume, canCancel } = steering;
  const steps = task.plan?.filter((step) => canRetry(task, steering, step.index)) ?? [];
  if (!canPause && !canResume && !canCancel && steps.length === 0 && !problem) return null;
  const isBusy = pending !== null;
  return (
    <section className="controls" aria-label="Controls" data-testid="control-bar">
      {canPause && (
        <button
          type="button"
          className="button"
          data-testid="pause-button"
          disabled={isBusy}
          onClick={() => void act('pause', () => api.pauseTask(task.id))}
        >
          Pause
        </button>
      )}
      {canResume && (
        <button
          type="button"
          className="button button-primary"
          data-testid="resume-button"
          disabled={isBusy}
          onClick={() => void act('resume', () => api.resumeTask(task.id))}
        >
          Resume
        </button>
      )}
      {canCancel && (
        <ConfirmButton
          testId="cancel-button"
          disabled={pending === 'cancel'}
          question="Cancel this task? What was made so far is kept."
          yes="Cancel the task"
          no="Let it go on"
          onConfirm={() => void act('cancel', () => api.cancelTask(task.id))}
        >
          Cancel
        </ConfirmButton>
      )}
      {steps.length > 0 && (
        <RetryChoice
          task={task}
          steps={steps.map((step) => step.index)}
          isBusy={isBusy}
          onRetry={(step) => void act('retry', () => api.retryTask(task.id, step))}
        />
      )}
      <p className="muted" role="status">
        {pending && PENDING_WORDS[pending]}
      </p>
      {problem && <ProblemNotice problem={problem} />}
    </section>
  );
}

type RetryProps = { task: Task; steps: readonly number[]; isBusy: boolean; onRetry: (step: number) => void };

/** Which step to begin with; by default the first that was not done. */
function RetryChoice({ task, steps, isBusy, onRetry }: RetryProps) {
  const [chosen, setChosen] = useState<number | null>(null);
  const last = steps.at(-1) ?? 0;
  const step = chosen !== null && steps.includes(chosen) ? chosen : last;
  return (
    <div className="retry">
      <label htmlFor={`retry-${task.id}`}>Retry from</label>
      <select
        id={`retry-${task.id}`}
        className="select"
        data-testid="retry-step"
        value={step}
        disabled={isBusy}
        onChange={(event) => setChosen(Number(event.target.value))}
      >
        {steps.map((index) => (
          <option key={index} value={index}>{`Step ${index + 1}: ${task.plan[index]?.description ?? ''}`}</option>
        ))}
      </select>
      <ConfirmButton
        testId="retry-button"
        disabled={isBusy}
        question={`Make step ${step + 1} and all after it anew? The files go back to what they were before it.`}
        yes="Make it anew"
        no="Leave it"
        onConfirm={() => onRetry(step)}
      >
        Retry
      </ConfirmButton>
    </div>
  );
}
