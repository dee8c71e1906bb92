import type { LiveState, TaskWatch } from '@builder-ai/client/live-connection';
import { useNavigate } from '@tanstack/react-router';
import type { ShownTask } from '../history/shown-task.ts';
import { BudgetMeter } from '../money/budget-meter.tsx';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { ControlBar, type RunAction } from '../steering/control-bar.tsx';
import type { Steering } from '../steering/steering.ts';
import type { TaskAction } from '../steering/use-task-action.ts';
import { DeleteTask } from './delete-task.tsx';
import { RunButton } from './run-button.tsx';
import { TaskFacts } from './task-facts.tsx';
import { TaskProgress } from './task-progress.tsx';
import { statusWords } from './task-words.ts';
import { useRunTask } from './use-run-task.ts';

const FEED_WORDS: Record<LiveState, string> = {
  connecting: 'connecting',
  live: 'live',
  reconnecting: 'reconnecting',
  offline: 'offline',
  error: 'not live',
};

type Props = {
  shown: ShownTask;
  live: TaskWatch;
  standsStill: boolean;
  steering: Steering;
  action: TaskAction<RunAction>;
};

/** What was asked, how it stands, what it costs, and the means to stop it and set it going. */
export function TaskHead({ shown: { task, isPast }, live, standsStill, steering, action }: Props) {
  const running = useRunTask(task);
  const navigate = useNavigate();
  const hasMore = task.goal.trim() !== task.title.trim();
  return (
    <header className="task-head">
      <div className="task-what">
        <h1 id="task-title" data-testid="task-title">
          {toPlainText(task.title)}
        </h1>
        {hasMore && <p className="detail-goal">{toPlainText(task.goal)}</p>}
        <TaskFacts task={task} />
      </div>
      <BudgetMeter task={task} isPast={isPast} />
      <div className="task-state">
        <span className="status" data-testid="task-status" data-status={task.status} aria-live="polite">
          {isPast && 'Then: '}
          {!isPast && standsStill && task.status === 'in_progress' ? 'Not running' : statusWords(task)}
        </span>
        {!isPast && (
          <>
            <RunButton task={task} standsStill={standsStill} running={running} />
            <ControlBar task={task} steering={steering} action={action} />
            <DeleteTask task={task} onDeleted={() => void navigate({ to: '/board' })} />
          </>
        )}
        <span className="panel-state" data-testid="feed-state" data-state={live.state}>
          {FEED_WORDS[live.state]}
        </span>
      </div>
      <TaskProgress task={task} />
      {running.problem && <ProblemNotice problem={running.problem} />}
    </header>
  );
}
