import type { Task } from '@builder-ai/contracts/task';

/** How many of its steps are done; nothing where that says nothing. */
export function TaskProgress({ task }: { task: Task }) {
  const steps = task.plan ?? [];
  if (steps.length === 0 || task.status === 'completed') return null;
  const done = steps.filter((step) => step.status === 'completed' || step.status === 'skipped').length;
  return (
    <progress
      className="progress"
      data-status={task.status}
      max={steps.length}
      value={done}
      aria-label={`${done} of ${steps.length} steps`}
    />
  );
}
