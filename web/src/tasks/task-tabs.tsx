import { Tabs } from '@base-ui/react/tabs';
import { type ReactNode, type RefObject, useEffect, useRef } from 'react';
import type { Tab, TaskSearch } from '../app/search.ts';
import { ConversationPanel } from '../conversation/conversation-panel.tsx';
import { begunSteps, type DiffRange, WHOLE } from '../diff/diff-range.ts';
import { DiffView } from '../diff/diff-view.tsx';
import { FilesPanel } from '../files/files-panel.tsx';
import { PAGE, PreviewPanel } from '../files/preview-panel.tsx';
import type { Workspace } from '../files/use-files.ts';
import type { ShownTask } from '../history/shown-task.ts';
import type { LivePart } from '../live/live-parts.ts';
import { CostPanel } from '../money/cost-panel.tsx';
import { LogPanel } from '../timeline/log-panel.tsx';
import { TimelinePanel } from '../timeline/timeline-panel.tsx';

const TAB_WORDS: Record<Tab, string> = {
  activity: 'Activity',
  said: 'Conversation',
  files: 'Files',
  changes: 'Changes',
  preview: 'Preview',
  log: 'Log',
  cost: 'Cost',
};

type Props = {
  shown: ShownTask;
  workspace: Workspace;
  live: readonly LivePart[];
  tab: Tab;
  openPath: string | null;
  range: DiffRange | null;
  onGo: (change: TaskSearch) => void;
  onRange: (range: DiffRange) => void;
};

/** The sides of a task, one at a time. */
export function TaskTabs(props: Props) {
  const { shown, workspace, onGo } = props;
  const hasPage = !shown.isPast && (workspace.files?.some((file) => file.path === PAGE) ?? false);
  const hasChanges = !shown.isPast && begunSteps(shown.task.plan ?? []).length > 0;
  const isThere = (tab: Tab) => (tab !== 'preview' || hasPage) && (tab !== 'changes' || hasChanges);
  const tabs = (Object.keys(TAB_WORDS) as Tab[]).filter(isThere);
  const tab = isThere(props.tab) ? props.tab : 'activity';
  const list = useChosenInSight(tab);
  return (
    <Tabs.Root className="tabs" value={tab} onValueChange={(chosen: Tab) => onGo({ tab: chosen })}>
      <Tabs.List ref={list} className="tab-list" aria-label="Sides of the task">
        {tabs.map((name) => (
          <Tabs.Tab key={name} value={name} className="tab" data-testid={`tab-${name}`}>
            {TAB_WORDS[name]}
            {name === 'files' && workspace.files && workspace.files.length > 0 && (
              <span className="tab-count">{workspace.files.length.toLocaleString()}</span>
            )}
          </Tabs.Tab>
        ))}
      </Tabs.List>
      {tabs.map((name) => (
        <Tabs.Panel key={name} value={name} className="tab-panel">
          {toPanel(name, props)}
        </Tabs.Panel>
      ))}
    </Tabs.Root>
  );
}

/** On a phone not all names are seen at once: the list is moved sideways to the chosen one, and the page stays where it is. */
function useChosenInSight(tab: Tab): RefObject<HTMLDivElement | null> {
  const list = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const box = list.current;
    const chosen = box?.querySelector<HTMLElement>(`[data-testid=tab-${tab}]`);
    if (!box || !chosen) return;
    const { left, right } = chosen.getBoundingClientRect();
    const frame = box.getBoundingClientRect();
    if (right > frame.right) box.scrollLeft += right - frame.right;
    else if (left < frame.left) box.scrollLeft -= frame.left - left;
  }, [tab]);
  return list;
}

function toPanel(tab: Tab, { shown, workspace, live, openPath, range, onGo, onRange }: Props): ReactNode {
  const { task, events } = shown;
  switch (tab) {
    case 'activity':
      return <TimelinePanel shown={shown} live={live} />;
    case 'said':
      return <ConversationPanel shown={shown} live={live} />;
    case 'files':
      return (
        <FilesPanel taskId={task.id} workspace={workspace} openPath={openPath} onOpen={(file) => onGo({ file })} />
      );
    case 'changes':
      return (
        <DiffView
          taskId={task.id}
          plan={task.plan ?? []}
          range={range ?? WHOLE}
          version={workspace.version}
          onRange={onRange}
        />
      );
    case 'preview':
      return <PreviewPanel taskId={task.id} version={workspace.version} />;
    case 'log':
      return <LogPanel logs={task.logs ?? []} events={events} />;
    case 'cost':
      return <CostPanel shown={shown} />;
  }
}
