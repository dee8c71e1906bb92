import { getRouteApi, Link } from '@tanstack/react-router';
import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { useTitle } from '../page/use-title.ts';
import { TaskView } from './task-view.tsx';
import { statusWords } from './task-words.ts';
import '../styles/task-page.css';

const route = getRouteApi('/task/$taskId');

/** The page of one task: everything that is known of it, as it happens. */
export function TaskPage() {
  const { taskId } = route.useParams();
  const live = useTaskWebSocket(taskId);
  const { task, problem } = live;
  const isDeleted = live.events.at(-1)?.event_type === 'task_deleted';
  useTitle(task ? `${statusWords(task)}: ${task.title}` : 'Task');
  return (
    <section className="page" aria-label="Task">
      <p className="crumbs">
        <Link to="/board">Tasks</Link>
      </p>
      {!task && problem && (
        <div className="empty" data-testid="no-task">
          <ProblemNotice problem={problem} />
          <p className="muted">It may have been removed, or it belongs to a project that you are no member of.</p>
        </div>
      )}
      {!task && !problem && (
        <div className="loading" role="status">
          <span className="visually-hidden">Loading the task</span>
          <div className="loading-card" />
        </div>
      )}
      {task && isDeleted && (
        <p className="empty" data-testid="task-deleted" role="status">
          This task was deleted.
        </p>
      )}
      {task && !isDeleted && <TaskView key={taskId} task={task} live={live} />}
    </section>
  );
}
