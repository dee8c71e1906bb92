import type { Task } from '@builder-ai/contracts/task';
import type { RunningTask } from './use-run-task.ts';

type Props = { task: Task; standsStill: boolean; running: RunningTask };

/** Runs the task to its end, as a background job: the page may be closed meanwhile. */
export function RunButton({ task, standsStill, running }: Props) {
  const words = toWords(task, standsStill);
  if (!words) return null;
  return (
    <button
      type="button"
      className="button button-primary"
      data-testid="run-task-button"
      disabled={running.isStarting}
      onClick={running.run}
    >
      {running.isStarting ? 'Starting…' : words}
      <span className="visually-hidden"> {task.title}</span>
    </button>
  );
}

/** What running would mean now; null when it cannot be run. */
function toWords(task: Task, standsStill: boolean): string | null {
  if (task.status === 'queued') return 'Run';
  // Whatever else it waits for is said, decided or given elsewhere on the page.
  if (task.status === 'waiting' && task.waiting_for === 'input' && !task.waiting_call) return 'Run again';
  if (task.status === 'in_progress' && standsStill) return 'Run on';
  return null;
}
