import type { TaskEvent, WorkspaceFile } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';

/** Files are committed with each step, so reading them for each file would show nothing sooner. */
const COMMITTING = new Set(['step_completed', 'step_failed']);

export type Workspace = {
  /** Null until they are there. */
  files: WorkspaceFile[] | null;
  problem: ShownProblem | null;
  /** Changes whenever the files may have changed. */
  version: number;
};

/** The task's files, read anew when a step has committed some. */
export function useFiles(taskId: string, events: readonly TaskEvent[]): Workspace {
  const { api } = useClient();
  const version = events.filter((event) => COMMITTING.has(event.event_type)).length;
  const [files, setFiles] = useState<WorkspaceFile[] | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to read again
  useEffect(() => {
    let isCurrent = true;
    api.listFiles(taskId).then(
      (found) => {
        if (!isCurrent) return;
        setFiles(found.filter((file) => file.type !== 'directory').sort((a, b) => a.path.localeCompare(b.path)));
        setProblem(null);
      },
      (error) => isCurrent && setProblem(toShownProblem(error)),
    );
    return () => {
      isCurrent = false;
    };
  }, [api, taskId, version]);

  return { files, problem, version };
}
