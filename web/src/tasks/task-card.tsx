import type { Task } from '@builder-ai/contracts/task';
import { useEffect, useId } from 'react';
import { useAgents } from '../agents/agents-context.tsx';
import { useTaskWebSocket } from '../live/use-task-web-socket.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDayAndTime } from '../page/quantities.ts';
import { toSteering } from '../steering/steering.ts';
import { useStandsStill } from '../steering/use-stands-still.ts';
import { RunButton } from './run-button.tsx';
import { TaskDetail } from './task-detail.tsx';
import { agentWords, STATUS_WORDS, TYPE_WORDS } from './task-words.ts';
import { useRunTask } from './use-run-task.ts';

type Props = {
  task: Task;
  isExpanded: boolean;
  /** The only card of its page: nothing to close, and no link to where one already is. */
  isAlone?: boolean;
  onToggle?: () => void;
  /** The card has a newer version of its task than the list. */
  onTask?: (task: Task) => void;
};

/** One task: what was asked, how far it is, and when expanded everything that is known of it. */
export function TaskCard({ task: listed, isExpanded, isAlone = false, onToggle, onTask }: Props) {
  const isMoving = listed.status === 'in_progress' || listed.status === 'waiting';
  const live = useTaskWebSocket(isExpanded || isMoving ? listed.id : null);
  const task = live.task && live.task.seq >= listed.seq ? live.task : listed;
  const running = useRunTask(task);
  const standsStill = useStandsStill(live.events);
  const steering = toSteering(task, standsStill);
  const id = useId();

  useEffect(() => {
    if (live.task) onTask?.(live.task);
  }, [live.task, onTask]);

  const title = <span data-testid="task-title">{task.title}</span>;
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
            {isAlone ? (
              title
            ) : (
              <button
                type="button"
                className="card-toggle"
                aria-expanded={isExpanded}
                aria-controls={`${id}-detail`}
                onClick={onToggle}
              >
                {title}
              </button>
            )}
          </h3>
          <CardFacts task={task} hasLink={isExpanded && !isAlone} />
        </div>
        <div className="card-state">
          <span className="status" data-testid="task-status" data-status={task.status} aria-live="polite">
            {STATUS_WORDS[task.status]}
          </span>
          <RunButton task={task} standsStill={standsStill} running={running} />
        </div>
      </header>
      <Progress task={task} />
      {running.problem && <ProblemNotice problem={running.problem} />}
      <div id={`${id}-detail`} hidden={!isExpanded}>
        {isExpanded && <TaskDetail task={task} live={live} steering={steering} />}
      </div>
    </article>
  );
}

function CardFacts({ task, hasLink }: { task: Task; hasLink: boolean }) {
  const found = useAgents();
  const hasModel = found === null || found.models.some(({ agent }) => agent !== 'template');
  const agents = [...new Set((task.plan ?? []).flatMap((step) => step.agent ?? []))];
  return (
    <ul className="card-facts">
      <li className="card-type">{TYPE_WORDS[task.type]}</li>
      <li>
        <time dateTime={task.created_at}>{toDayAndTime(task.created_at)}</time>
      </li>
      {agents.length > 0 && (
        <li data-testid="task-agents">by {agents.map((agent) => agentWords(agent, hasModel)).join(', ')}</li>
      )}
      {task.forked_from && (
        <li>
          <a href={`/?task=${encodeURIComponent(task.forked_from.task_id)}`} data-testid="parent-link">
            {`Forked from another task at its entry ${task.forked_from.seq}`}
          </a>
        </li>
      )}
      {hasLink && (
        <li>
          <a href={`/?task=${encodeURIComponent(task.id)}`} data-testid="task-link">
            Link to this task
          </a>
        </li>
      )}
    </ul>
  );
}

function Progress({ task }: { task: Task }) {
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
