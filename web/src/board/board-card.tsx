import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { memo } from 'react';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDayAndTime } from '../page/quantities.ts';
import { TaskProgress } from '../tasks/task-progress.tsx';
import { TYPE_WORDS, WAITING_WORDS } from '../tasks/task-words.ts';

/** One task on the board. */
export const BoardCard = memo(function BoardCard({ task }: { task: Task }) {
  const step = task.current_step === null ? undefined : task.plan?.[task.current_step];
  return (
    <article className="board-card" data-testid="board-card" data-task-id={task.id} data-status={task.status}>
      <h3>
        <Link to="/task/$taskId" params={{ taskId: task.id }}>
          {toPlainText(task.title)}
        </Link>
      </h3>
      {task.status === 'in_progress' && step && <p className="board-step">{toPlainText(step.description)}</p>}
      {task.waiting_for && <p className="board-step">{WAITING_WORDS[task.waiting_for] ?? 'Waiting'}</p>}
      {task.status === 'failed' && task.error && <p className="board-step">{toPlainText(task.error)}</p>}
      <TaskProgress task={task} />
      <p className="board-facts">
        {[
          TYPE_WORDS[task.type] ?? task.type,
          toDayAndTime(task.created_at),
          task.budget.spent_micro_usd > 0 && toDollars(task.budget.spent_micro_usd),
          task.forked_from && 'fork',
        ]
          .filter(Boolean)
          .join(' · ')}
      </p>
    </article>
  );
});
