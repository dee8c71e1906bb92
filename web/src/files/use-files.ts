import type { TaskEvent, WorkspaceFile } from '@builder-ai/contracts/task';
import { keepPreviousData, useQuery } from '@tanstack/react-query';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import type { ShownTask } from '../history/shown-task.ts';

/** Files are committed with each step, so reading them for each file would show nothing sooner. */
const COMMITTING = new Set(['step_completed', 'step_failed']);
/** A fork has its parent's files a moment after it is there itself; nothing tells the page when. */
const FORK_RETRY_MS = 1000;
const FORK_TRIES = 15;

export type Workspace = {
  /** Null until they are there. */
  files: WorkspaceFile[] | null;
  problem: ShownProblem | null;
  /** Changes whenever the files may have changed. */
  version: string;
  /** Which moment's files they are; null for now. */
  commit: string | null;
};

/** The task's files, read anew when a step has committed some; or those of the moment that is on show. */
export function useFiles({ task, events, isPast, commit }: ShownTask): Workspace {
  const { api } = useClient();
  const version = commit ?? `now ${countCommits(events)}`;
  const hasNone = isPast && commit === null;
  const isFork = task.forked_from !== null && (task.plan ?? []).some((step) => step.commit !== null);
  const { data, error } = useQuery({
    queryKey: ['files', task.id, version],
    queryFn: async () => toFiles(await api.listFiles(task.id, commit)),
    enabled: !hasNone,
    staleTime: Number.POSITIVE_INFINITY,
    placeholderData: keepPreviousData,
    refetchInterval: ({ state }) =>
      isFork && state.data?.length === 0 && state.dataUpdateCount < FORK_TRIES ? FORK_RETRY_MS : false,
  });
  const files = hasNone ? [] : (data ?? null);
  return { files, problem: error ? toShownProblem(error) : null, version, commit };
}

const countCommits = (events: readonly TaskEvent[]) =>
  events.filter((event) => COMMITTING.has(event.event_type)).length;

const toFiles = (found: readonly WorkspaceFile[]): WorkspaceFile[] =>
  found.filter((file) => file.type !== 'directory').sort((a, b) => a.path.localeCompare(b.path));
