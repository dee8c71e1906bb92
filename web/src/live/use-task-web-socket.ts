import { useCallback, useSyncExternalStore } from 'react';
import { useClient } from '../app/client-context.ts';
import type { LiveSocket, TaskWatch } from './live-connection.ts';

const NOTHING_YET: TaskWatch = { task: null, events: [], state: 'connecting', problem: null };
const watchNothing = () => () => undefined;

/**
 * A task, live: the task itself (null at first), its timeline without gap or duplicate, and how far both can be
 * trusted. All callers share one connection; the subscription ends on unmount and when the id changes. `null` watches
 * nothing.
 */
export function useTaskWebSocket(taskId: string | null): TaskWatch & { socket: LiveSocket } {
  const { live } = useClient();
  const watch = useCallback(
    (viewer: () => void) => (taskId ? live.watchTask(taskId, viewer) : watchNothing()),
    [live, taskId],
  );
  const snapshot = useSyncExternalStore(watch, () => (taskId && live.taskSnapshot(taskId)) || NOTHING_YET);
  return { ...snapshot, socket: live.socket };
}
