import type { Task, TaskEvent, WorkspaceFile } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';

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
  version: number;
};

/** The task's files, read anew when a step has committed some. */
export function useFiles(task: Task, events: readonly TaskEvent[]): Workspace {
  const { api } = useClient();
  const { id } = task;
  const version = events.filter((event) => COMMITTING.has(event.event_type)).length;
  const isFork = task.forked_from !== null && (task.plan ?? []).some((step) => step.commit !== null);
  const [files, setFiles] = useState<WorkspaceFile[] | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to read again
  useEffect(() => {
    let isCurrent = true;
    let timer: ReturnType<typeof setTimeout> | undefined;
    async function read(triesLeft: number) {
      try {
        const found = await api.listFiles(id);
        if (!isCurrent) return;
        setFiles(found.filter((file) => file.type !== 'directory').sort((a, b) => a.path.localeCompare(b.path)));
        setProblem(null);
        if (isFork && found.length === 0 && triesLeft > 0)
          timer = setTimeout(() => void read(triesLeft - 1), FORK_RETRY_MS);
      } catch (error) {
        if (isCurrent) setProblem(toShownProblem(error));
      }
    }
    void read(FORK_TRIES);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, id, version, isFork]);

  return { files, problem, version };
}
