import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { useProjectUpdates } from '../live/use-project-updates.ts';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { Rows } from '../rows/rows.tsx';
import { LoadingCards } from '../tasks/no-tasks.tsx';
import { isWanted, type TaskFilter } from '../tasks/task-filter.ts';
import { statusWords, TYPE_WORDS } from '../tasks/task-words.ts';
import { useTaskList } from '../tasks/use-task-list.ts';

const ROW_PIXELS = 52;

/** All tasks one below the other, newest first. */
export function TaskTable({ filter }: { filter: TaskFilter }) {
  const list = useTaskList(filter);
  useProjectUpdates((task) => {
    // One that has moved out of the list stays where it is until the list is read again.
    if (isWanted(task, filter) || list.tasks.some(({ id }) => id === task.id)) list.take(task);
  });
  if (list.problem) {
    return (
      <ProblemNotice problem={list.problem}>
        <button type="button" className="button" onClick={list.reload}>
          Try again
        </button>
      </ProblemNotice>
    );
  }
  if (!list.isLoaded) return <LoadingCards />;
  if (list.tasks.length === 0) {
    return (
      <div className="empty" data-testid="no-tasks">
        <p className="empty-title">No such tasks</p>
        <p className="muted">Take a filter away, or search for other words.</p>
      </div>
    );
  }
  return (
    <div className="stack">
      <Rows
        rows={list.tasks}
        label="Tasks"
        className="task-table"
        toKey={({ id }) => id}
        toItem={({ id }) => ({ className: 'task-row', 'data-testid': 'task-row', 'data-task-id': id })}
        rowPixels={ROW_PIXELS}
      >
        {(task) => <Row task={task} />}
      </Rows>
      {list.hasMore && (
        <button type="button" className="button more" disabled={list.isLoading} onClick={list.loadMore}>
          Show older tasks
        </button>
      )}
    </div>
  );
}

function Row({ task }: { task: Task }) {
  const steps = task.plan ?? [];
  const done = steps.filter((step) => step.status === 'completed').length;
  return (
    <>
      <Link className="task-row-title" to="/task/$taskId" params={{ taskId: task.id }}>
        {toPlainText(task.title)}
      </Link>
      <span className="status" data-status={task.status}>
        {statusWords(task)}
      </span>
      <span className="task-row-fact">{TYPE_WORDS[task.type] ?? task.type}</span>
      <span className="task-row-fact">{steps.length > 0 && `${done} of ${steps.length} steps`}</span>
      <span className="task-row-fact">{toDollars(task.budget.spent_micro_usd)}</span>
      <time className="task-row-fact" dateTime={task.created_at}>
        {toDayAndTime(task.created_at)}
      </time>
    </>
  );
}
