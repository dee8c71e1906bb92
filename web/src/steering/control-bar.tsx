import type { Task } from '@builder-ai/contracts/task';
import { useClient } from '../app/client-context.ts';
import { ConfirmButton } from '../page/confirm-button.tsx';
import { ProblemNotice } from '../page/problem-notice.tsx';
import type { Steering } from './steering.ts';
import type { TaskAction } from './use-task-action.ts';

/** What its user asks of a task's run. */
export type RunAction = 'pause' | 'resume' | 'cancel' | 'retry';

const PENDING_WORDS: Record<RunAction, string> = {
  pause: 'Pausing after the call in flight…',
  resume: 'Resuming…',
  cancel: 'Cancelling…',
  retry: 'Starting again…',
};

type Props = { task: Task; steering: Steering; action: TaskAction<RunAction> };

/** Stops the task and sets it going again: only what its state allows is there. */
export function ControlBar({ task, steering, action: { act, pending, problem } }: Props) {
  const { api } = useClient();
  const { canPause, canResume, canCancel } = steering;
  if (!canPause && !canResume && !canCancel && !pending && !problem) return null;
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
      <p className="muted" role="status">
        {pending && PENDING_WORDS[pending]}
      </p>
      {problem && <ProblemNotice problem={problem} />}
    </section>
  );
}
