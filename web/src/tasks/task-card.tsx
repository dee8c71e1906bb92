import type { Task } from '@builder-ai/contracts/task';
import { Link } from '@tanstack/react-router';
import { useEffect, useId } from 'react';
import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toSteering } from '../steering/steering.ts';
import { useStandsStill } from '../steering/use-stands-still.ts';
import { RunButton } from './run-button.tsx';
import { TaskBrief } from './task-brief.tsx';
import { TaskFacts } from './task-facts.tsx';
import { TaskProgress } from './task-progress.tsx';
import { statusWords } from './task-words.ts';
import { useRunTask } from './use-run-task.ts';
import '../styles/task-card.css';

type Props = {
  task: Task;
  isExpanded: boolean;
  onToggle: () => void;
  /** The card has a newer version of its task than the list. */
  onTask: (task: Task) => void;
};

/** One task among others: what was asked, how far it is, and when expanded its plan and its log as they grow. */
export function TaskCard({ task: listed, isExpanded, onToggle, onTask }: Props) {
  const isMoving = listed.status === 'in_progress' || listed.status === 'waiting';
  const live = useTaskWebSocket(isExpanded || isMoving ? listed.id : null);
  const task = live.task && live.task.seq >= listed.seq ? live.task : listed;
  const running = useRunTask(task);
  const standsStill = useStandsStill(live.events);
  const id = useId();

  useEffect(() => {
    if (live.task) onTask(live.task);
  }, [live.task, onTask]);

  return (
    <article
      className="card"
      data-testid="task-card"
      data-task-id={task.id}
      data-expanded={isExpanded}
      aria-labelledby={`${id}-title`}
    >
      <header className="card-head">
        <div className="card-what">
          <h3 id={`${id}-title`}>
            <button
              type="button"
              className="card-toggle"
              aria-expanded={isExpanded}
              aria-controls={`${id}-detail`}
              onClick={onToggle}
            >
              <span data-testid="task-title">{toPlainText(task.title)}</span>
            </button>
          </h3>
          <TaskFacts task={task} />
        </div>
        <div className="card-state">
          <span className="status" data-testid="task-status" data-status={task.status} aria-live="polite">
            {statusWords(task)}
          </span>
          <RunButton task={task} standsStill={standsStill} running={running} />
          <Link className="button" to="/task/$taskId" params={{ taskId: task.id }} data-testid="task-link">
            Open<span className="visually-hidden"> {toPlainText(task.title)}</span>
          </Link>
        </div>
      </header>
      <TaskProgress task={task} />
      {running.problem && <ProblemNotice problem={running.problem} />}
      <div id={`${id}-detail`} hidden={!isExpanded}>
        {isExpanded && <TaskBrief task={task} live={live} steering={toSteering(task, standsStill)} />}
      </div>
    </article>
  );
}
