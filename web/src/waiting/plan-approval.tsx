import { type FormEvent, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { hasSameSteps, isChanged, toDescriptions, toEditedPlan } from './plan-edit.ts';
import { PlanEditor } from './plan-editor.tsx';
import type { WaitingBoxProps } from './waiting-panel.tsx';

/** The steps that are to be done, to be approved as they are or written anew before that. */
export function PlanApproval({ task, action }: WaitingBoxProps) {
  const { api } = useClient();
  /** The plan as it was when the editing began: what somebody else changes meanwhile is not written over. */
  const [base, setBase] = useState({ plan: task.plan, seq: task.seq });
  const [edited, setEdited] = useState(() => toEditedPlan(task.plan));
  const isEdited = isChanged(edited, base.plan);
  const isOld = task.seq > base.seq && !hasSameSteps(base.plan, task.plan);
  // Nothing was written: what is approved is what is shown.
  if (isOld && !isEdited) startAnew();
  const isBusy = action.pending !== null;
  const hasSteps = toDescriptions(edited).length > edited.begun.length;

  function submit(event: FormEvent) {
    event.preventDefault();
    void action.act('approve', async () => {
      if (isEdited) {
        const plan = toDescriptions(edited).map((description) => ({ description }));
        const changed = await api.changePlan(task.id, plan, isOld ? base.seq : Math.max(base.seq, task.seq));
        setBase({ plan: changed.plan, seq: changed.seq });
        setEdited(toEditedPlan(changed.plan));
      }
      await api.approveTask(task.id);
    });
  }

  function startAnew() {
    setBase({ plan: task.plan, seq: task.seq });
    setEdited(toEditedPlan(task.plan));
  }

  return (
    <form className="stack" onSubmit={submit}>
      {isOld && <p>The plan was changed elsewhere since you began to write.</p>}
      <PlanEditor plan={edited} isBusy={isBusy} onChange={setEdited} />
      <div className="row">
        <button
          type="submit"
          className="button button-primary"
          data-testid="approve-button"
          disabled={isBusy || !hasSteps}
        >
          {isEdited ? 'Save and approve' : 'Approve'}
        </button>
        {isEdited && (
          <button type="button" className="button" data-testid="plan-anew" disabled={isBusy} onClick={startAnew}>
            {isOld ? 'Take the plan as it is now' : 'Undo my changes'}
          </button>
        )}
      </div>
    </form>
  );
}
