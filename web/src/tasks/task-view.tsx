import type { TaskWatch } from '@builder-ai/client/live-connection';
import type { Task } from '@builder-ai/contracts/task';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { useClient } from '../app/client-context.ts';
import type { TaskSearch } from '../app/search.ts';
import type { DiffRange } from '../diff/diff-range.ts';
import { type FileOpener, FileOpenerContext } from '../files/file-opener.ts';
import { useFiles } from '../files/use-files.ts';
import { Scrubber } from '../history/scrubber.tsx';
import { useShownTask } from '../history/shown-task.ts';
import { useLiveParts } from '../live/use-live-parts.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import type { RunAction } from '../steering/control-bar.tsx';
import { toSteering } from '../steering/steering.ts';
import { useStandsStill } from '../steering/use-stands-still.ts';
import { useTaskAction } from '../steering/use-task-action.ts';
import { WaitingPanel } from '../waiting/waiting-panel.tsx';
import { PlanPanel } from './plan-panel.tsx';
import { TaskHead } from './task-head.tsx';
import { TaskTabs } from './task-tabs.tsx';
import { Trouble } from './trouble.tsx';
import '../styles/detail.css';
import '../styles/activity.css';

const route = getRouteApi('/task/$taskId');

/** A task as it is, or as it was at the entry of its timeline that the address names. */
export function TaskView({ task, live }: { task: Task; live: TaskWatch }) {
  const { api } = useClient();
  const search = route.useSearch();
  const navigate = route.useNavigate();
  const shown = useShownTask(task, live.events, search.at);
  const workspace = useFiles(shown);
  const parts = useLiveParts(task.id, live.events);
  const standsStill = useStandsStill(live.events);
  const steering = toSteering(task, standsStill);
  const action = useTaskAction<RunAction>(live.events);
  const [range, setRange] = useState<DiffRange | null>(null);

  const go = (change: TaskSearch) =>
    void navigate({ search: (before) => ({ ...before, ...change }), replace: true, resetScroll: false });
  const showDiff = (wanted: DiffRange) => {
    setRange(wanted);
    go({ tab: 'changes' });
  };
  const opener: FileOpener = {
    has: (path) => workspace.files?.some((file) => file.path === path) ?? false,
    open: (file) => go({ tab: 'files', file }),
  };
  return (
    <FileOpenerContext value={opener}>
      <article className="task" data-testid="task-card" data-task-id={task.id} aria-labelledby="task-title">
        <TaskHead shown={shown} live={live} standsStill={standsStill} steering={steering} action={action} />
        {live.problem && <ProblemNotice problem={live.problem} />}
        {!shown.isPast && (
          <>
            <Trouble task={task} />
            <WaitingPanel task={task} events={live.events} />
          </>
        )}
        <Scrubber events={live.events} at={search.at} onMove={(at) => go({ at })} />
        <div className="task-columns">
          <PlanPanel
            task={shown.task}
            {...(!shown.isPast && {
              actions: {
                steering,
                isBusy: action.pending !== null,
                onDiff: showDiff,
                onRetry: (step) => void action.act('retry', () => api.retryTask(task.id, step)),
              },
            })}
          />
          <TaskTabs
            shown={shown}
            workspace={workspace}
            live={parts}
            tab={search.tab ?? 'activity'}
            openPath={search.file ?? null}
            range={range}
            onGo={go}
            onRange={setRange}
          />
        </div>
      </article>
    </FileOpenerContext>
  );
}
