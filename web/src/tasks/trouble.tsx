import type { Task } from '@builder-ai/contracts/task';
import { toPlainText } from '../page/plain-text.ts';

/** Why a task ended without reaching its goal. */
export function Trouble({ task }: { task: Task }) {
  if (!task.error || task.status === 'waiting') return null;
  return (
    <p className="notice" data-tone="error">
      <strong>What went wrong.</strong> <span data-testid="task-error">{toPlainText(task.error)}</span>
    </p>
  );
}
