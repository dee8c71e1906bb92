import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { memo, useEffect } from 'react';
import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDayAndTime } from '../page/quantities.ts';
import { TaskProgress } from '../tasks/task-progress.tsx';
import { TYPE_WORDS, WAITING_WORDS } from '../tasks/task-words.ts';

type Props = { task: Task; onTask: (task: Task) => void };

/** One task on the board; one that is being built says how far it is as it goes. */
export const BoardCard = memo(function BoardCard({ task: listed, onTask }: Props) {
  const isMoving = listed.status === 'in_progress' || listed.status === 'waiting';
  const { task: live } = useTaskWebSocket(isMoving ? listed.id : null);
  const task = live && live.seq >= listed.seq ? live : listed;

  useEffect(() => {
    if (live && live.seq > listed.seq) onTask(live);
  }, [live, listed.seq, onTask]);

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
