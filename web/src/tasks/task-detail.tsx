import type { Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { ConversationPanel } from '../conversation/conversation-panel.tsx';
import type { DiffRange } from '../diff/diff-range.ts';
import { DiffView } from '../diff/diff-view.tsx';
import type { TaskWatch } from '../live/live-connection.ts';
import { CostPanel } from '../money/cost-panel.tsx';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { ControlBar } from '../steering/control-bar.tsx';
import type { Steering } from '../steering/steering.ts';
import { WaitingPanel } from '../waiting/waiting-panel.tsx';
import { type FileOpener, FileOpenerContext } from './file-opener.ts';
import { FileView } from './file-view.tsx';
import { FilesPanel } from './files-panel.tsx';
import { LogPanel } from './log-panel.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { TimelinePanel } from './timeline-panel.tsx';
import { useFiles } from './use-files.ts';

type Props = { task: Task; live: TaskWatch; steering: Steering };

/** Everything that is known of a task. */
export function TaskDetail({ task, live, steering }: Props) {
  const workspace = useFiles(task, live.events);
  const [openPath, setOpenPath] = useState<string | null>(null);
  const [range, setRange] = useState<DiffRange | null>(null);
  const openFile = workspace.files?.find((file) => file.path === openPath);
  const opener: FileOpener = {
    has: (path) => workspace.files?.some((file) => file.path === path) ?? false,
    open: setOpenPath,
  };
  return (
    <FileOpenerContext value={opener}>
      <div className="detail">
        {live.problem && <ProblemNotice problem={live.problem} />}
        {task.goal.trim() !== task.title.trim() && <p className="detail-goal">{task.goal}</p>}
        <Trouble task={task} />
        <WaitingPanel task={task} events={live.events} />
        <ControlBar task={task} steering={steering} events={live.events} />
        <div className="detail-columns">
          <div className="detail-column">
            <PlanPanel task={task} onDiff={setRange} />
            <CostPanel task={task} events={live.events} />
            <FilesPanel taskId={task.id} workspace={workspace} openPath={openPath} onOpen={setOpenPath} />
          </div>
          <div className="detail-column">
            <ConversationPanel task={task} events={live.events} />
            <TimelinePanel events={live.events} state={live.state} />
            <LogPanel logs={task.logs ?? []} events={live.events} />
          </div>
        </div>
        {openFile && (
          <FileView
            key={openFile.path}
            taskId={task.id}
            file={openFile}
            version={workspace.version}
            onClose={() => setOpenPath(null)}
          />
        )}
        {range && (
          <DiffView
            taskId={task.id}
            plan={task.plan ?? []}
            range={range}
            version={workspace.version}
            onRange={setRange}
            onClose={() => setRange(null)}
          />
        )}
      </div>
    </FileOpenerContext>
  );
}

/** Why it ended without reaching its goal. */
function Trouble({ task }: { task: Task }) {
  if (!task.error || task.status === 'waiting') return null;
  return (
    <p className="notice" data-tone="error">
      <strong>What went wrong.</strong> <span data-testid="task-error">{task.error}</span>
    </p>
  );
}
