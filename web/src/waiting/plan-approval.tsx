import { type FormEvent, useState } from 'react';
import { useClient } from '../client-context.ts';
import { isChanged, toDescriptions, toEditedPlan } from './plan-edit.ts';
import { PlanEditor } from './plan-editor.tsx';
import type { WaitingBoxProps } from './waiting-panel.tsx';

/** The steps that are to be done, to be approved as they are or written anew before that. */
export function PlanApproval({ task, action }: WaitingBoxProps) {
  const { api } = useClient();
  /** The plan as it was when the editing began: what somebody else changes meanwhile is not written over. */
  const [base, setBase] = useState({ plan: task.plan, seq: task.seq });
  const [edited, setEdited] = useState(() => toEditedPlan(task.plan));
  const isBusy = action.pending !== null;
  const hasSteps = toDescriptions(edited).length > edited.begun.length;
  const isOld = action.problem?.code === 'PLAN_CHANGED';

  function submit(event: FormEvent) {
    event.preventDefault();
    void action.act('approve', async () => {
      if (isChanged(edited, base.plan)) {
        const plan = toDescriptions(edited).map((description) => ({ description }));
        const changed = await api.changePlan(task.id, plan, base.seq);
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
      <PlanEditor plan={edited} isBusy={isBusy} onChange={setEdited} />
      <div className="row">
        <button
          type="submit"
          className="button button-primary"
          data-testid="approve-button"
          disabled={isBusy || !hasSteps}
        >
          {isChanged(edited, base.plan) ? 'Save and approve' : 'Approve'}
        </button>
        {(isOld || isChanged(edited, base.plan)) && (
          <button type="button" className="button" data-testid="plan-anew" disabled={isBusy} onClick={startAnew}>
            {isOld ? 'Take the plan as it is now' : 'Undo my changes'}
          </button>
        )}
      </div>
    </form>
  );
}
