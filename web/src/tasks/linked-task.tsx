import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { TaskCard } from './task-card.tsx';

/** The page of one task, reached by its own address. */
export function LinkedTask({ taskId }: { taskId: string }) {
  // The card below watches the same task: both share one subscription.
  const { task, problem } = useTaskWebSocket(taskId);
  return (
    <section className="tasks tasks-linked" aria-label="Task">
      <h1 className="visually-hidden">Builder AI</h1>
      <h2 className="visually-hidden">Task</h2>
      <a className="back" href="/">
        ← All tasks
      </a>
      {problem && <ProblemNotice problem={problem} />}
      {!task && !problem && (
        <div className="loading" role="status">
          <span className="visually-hidden">Loading the task</span>
          <div className="loading-card" />
        </div>
      )}
      {task && <TaskCard task={task} isExpanded isAlone />}
    </section>
  );
}
