import type { Task, TaskStatus } from '@builder-ai/contracts/task';
import { begunSteps, type DiffRange, WHOLE } from '../diff/diff-range.ts';
import { PlanStepItem } from './plan-step.tsx';

const NO_PLAN_WORDS: Partial<Record<TaskStatus, string>> = {
  queued: 'Made when the task is run.',
  in_progress: 'Being made.',
};

type Props = { task: Task; onDiff: (range: DiffRange) => void };

/** The plan and how far it is. */
export function PlanPanel({ task, onDiff }: Props) {
  const plan = task.plan ?? [];
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
        <p className="muted">{NO_PLAN_WORDS[task.status] ?? 'There is none.'}</p>
      ) : (
        <ol className="steps">
          {plan.map((step) => (
            <PlanStepItem key={step.index} task={task} step={step} onDiff={onDiff} />
          ))}
        </ol>
      )}
    </section>
  );
}
