import type { TaskWatch } from '@builder-ai/client/live-connection';
import type { Task } from '@builder-ai/contracts/task';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { ControlBar, type RunAction } from '../steering/control-bar.tsx';
import type { Steering } from '../steering/steering.ts';
import { useTaskAction } from '../steering/use-task-action.ts';
import { LogPanel } from '../timeline/log-panel.tsx';
import { WaitingPanel } from '../waiting/waiting-panel.tsx';
import { DeleteTask } from './delete-task.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { Trouble } from './trouble.tsx';
import '../styles/detail.css';
import '../styles/activity.css';

type Props = { task: Task; live: TaskWatch; steering: Steering };

/** The plan and the log of a task, and what it waits for; everything else is on its own page. */
export function TaskBrief({ task, live, steering }: Props) {
  const action = useTaskAction<RunAction>(live.events);
  return (
    <div className="detail">
      {live.problem && <ProblemNotice problem={live.problem} />}
      <Trouble task={task} />
      <WaitingPanel task={task} events={live.events} />
      <ControlBar task={task} steering={steering} action={action} />
      <DeleteTask task={task} onDeleted={() => {}} />
      <div className="detail-columns">
        <PlanPanel task={task} />
        <LogPanel logs={task.logs ?? []} events={live.events} />
      </div>
    </div>
  );
}
