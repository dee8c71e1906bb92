import type { PlanStep, Review } from '@builder-ai/contracts/task';
import { useClient } from '../app/client-context.ts';
import { ReviewNote } from '../review/review-note.tsx';
import type { WaitingBoxProps } from './waiting-panel.tsx';

type Props = WaitingBoxProps & { step: PlanStep; review: Review };

/** The two agents could not agree on a step: its user takes it as it is, or has it made anew. */
export function ReviewDispute({ task, action, step, review }: Props) {
  const { api } = useClient();
  const isBusy = action.pending !== null;
  return (
    <div className="stack">
      <p>{`Step ${step.index + 1}, “${step.description}”, was sent back ${review.round} times.`}</p>
      <ReviewNote review={review} />
      <div className="row">
        <button
          type="button"
          className="button button-primary"
          data-testid="accept-button"
          disabled={isBusy}
          onClick={() => void action.act('approve', () => api.approveTask(task.id))}
        >
          Take it as it is
        </button>
        <button
          type="button"
          className="button"
          data-testid="make-anew-button"
          disabled={isBusy}
          onClick={() => void action.act('retry', () => api.retryTask(task.id, step.index))}
        >
          Make the step anew
        </button>
      </div>
      <p className="muted">To have it made in another way, say so in a message first.</p>
    </div>
  );
}
