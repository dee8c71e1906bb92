import type { Task, TaskStatus } from '@builder-ai/contracts/task';
import type { ReactNode } from 'react';
import { useProjectUpdates } from '../live/use-project-updates.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { isWanted, type TaskFilter } from '../tasks/task-filter.ts';
import { useTaskList } from '../tasks/use-task-list.ts';
import { BoardCard } from './board-card.tsx';

/** Where a task stands, in the order in which it comes there. What ended without its goal is in one column. */
const COLUMNS: { name: string; words: string; statuses: readonly TaskStatus[] }[] = [
  { name: 'queued', words: 'Not started', statuses: ['queued'] },
  { name: 'in_progress', words: 'Being built', statuses: ['in_progress'] },
  { name: 'waiting', words: 'Waiting for you', statuses: ['waiting'] },
  { name: 'completed', words: 'Done', statuses: ['completed'] },
  { name: 'ended', words: 'Failed or cancelled', statuses: ['failed', 'cancelled'] },
];

/** One list for each status, so that a column is whole whatever is in the others. */
export function BoardColumns({ filter }: { filter: TaskFilter }) {
  const lists = {
    queued: useTaskList({ ...filter, status: 'queued' }),
    in_progress: useTaskList({ ...filter, status: 'in_progress' }),
    waiting: useTaskList({ ...filter, status: 'waiting' }),
    completed: useTaskList({ ...filter, status: 'completed' }),
    failed: useTaskList({ ...filter, status: 'failed' }),
    cancelled: useTaskList({ ...filter, status: 'cancelled' }),
  } satisfies Record<TaskStatus, unknown>;
  const all = Object.values(lists);
  const tasks = newestOf(all.flatMap((list) => list.tasks));
  const problem = all.find((list) => list.problem)?.problem;
  // A task that was made or has moved on since it was listed is shown where it is now.
  useProjectUpdates((task) => {
    if (isWanted(task, filter)) lists[task.status].take(task);
  });
  return (
    <>
      {problem && (
        <ProblemNotice problem={problem}>
          <button type="button" className="button" onClick={() => void all.map((list) => list.reload())}>
            Try again
          </button>
        </ProblemNotice>
      )}
      <Columns isBusy={all.some((list) => list.isLoading)}>
        {COLUMNS.map(({ name, words, statuses }) => {
          const own = tasks.filter((task) => statuses.includes(task.status));
          const more = statuses.map((status) => lists[status]).filter((list) => list.hasMore);
          const isLoaded = statuses.every((status) => lists[status].isLoaded);
          return (
            <section key={name} className="column" aria-labelledby={`column-${name}`} data-testid={`column-${name}`}>
              <h2 id={`column-${name}`}>
                {words}{' '}
                <span className="panel-count" data-testid="column-count">
                  {isLoaded ? `${own.length}${more.length > 0 ? '+' : ''}` : '…'}
                </span>
              </h2>
              {isLoaded && own.length === 0 && <p className="muted column-none">None.</p>}
              {own.map((task) => (
                <BoardCard key={task.id} task={task} />
              ))}
              {more.length > 0 && (
                <button type="button" className="button" onClick={() => void more.map((list) => list.loadMore())}>
                  Older ones
                </button>
              )}
            </section>
          );
        })}
      </Columns>
    </>
  );
}

function Columns({ isBusy, children }: { isBusy: boolean; children: ReactNode }) {
  return (
    // biome-ignore lint/a11y/noNoninteractiveTabindex: a box that scrolls must take the focus to be scrolled by keys
    <section className="board" data-testid="board" aria-label="Board" aria-busy={isBusy} tabIndex={0}>
      {children}
    </section>
  );
}

/** Of a task that is in two lists, as it has moved meanwhile, the newer version. */
function newestOf(tasks: readonly Task[]): Task[] {
  const byId = new Map<string, Task>();
  for (const task of tasks) {
    const known = byId.get(task.id);
    if (!known || known.seq < task.seq) byId.set(task.id, task);
  }
  return [...byId.values()].sort((a, b) => b.created_at.localeCompare(a.created_at) || b.id.localeCompare(a.id));
}
