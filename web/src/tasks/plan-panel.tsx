import type { Task, TaskStatus } from '@builder-ai/contracts/task';
import { begunSteps, type DiffRange, WHOLE } from '../diff/diff-range.ts';
import type { Steering } from '../steering/steering.ts';
import { PlanStepItem } from './plan-step.tsx';

const NO_PLAN_WORDS: Partial<Record<TaskStatus, string>> = {
  queued: 'Made when the task is run.',
  in_progress: 'Being made.',
};

/** What can be done with a step, where there is room for it. */
export type StepActions = {
  steering: Steering;
  isBusy: boolean;
  onDiff: (range: DiffRange) => void;
  onRetry: (step: number) => void;
};

type Props = { task: Task; actions?: StepActions };

/** The plan and how far it is. */
export function PlanPanel({ task, actions }: Props) {
  const plan = task.plan ?? [];
  const done = plan.filter((step) => step.status === 'completed').length;
  return (
    <section className="panel" aria-label="Plan">
      <h4>
        Plan {plan.length > 0 && <span className="panel-count">{`${done} of ${plan.length}`}</span>}
        {actions && begunSteps(plan).length > 0 && (
          <button
            type="button"
            className="button-plain panel-action"
            data-testid="all-changes"
            onClick={() => actions.onDiff(WHOLE)}
          >
            All changes
          </button>
        )}
      </h4>
      {plan.length === 0 ? (
        <p className="muted">{NO_PLAN_WORDS[task.status] ?? 'There is none.'}</p>
      ) : (
        <ol className="steps">
          {plan.map((step) => (
            <PlanStepItem key={step.index} task={task} step={step} actions={actions} />
          ))}
        </ol>
      )}
    </section>
  );
}
