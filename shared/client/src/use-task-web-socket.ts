// The hook of React pages. Whatever is above it provides the page's one connection:
// `<LiveContext value={new LiveConnection({ socket: io(SOCKET_OPTIONS), api, onSignedOut })}>`.
import { createContext, useCallback, useContext, useSyncExternalStore } from 'react';
import type { LiveConnection, LiveSocket, TaskWatch } from './live-connection.ts';

export const LiveContext = createContext<LiveConnection | null>(null);

const NOTHING_YET: TaskWatch = { task: null, events: [], state: 'connecting', problem: null };
const watchNothing = () => () => undefined;

/**
 * A task, live: the task itself (null at first), its timeline without gap or duplicate, and how far both can be
 * trusted. All callers share one connection; the subscription ends on unmount and when the id changes. `null` watches
 * nothing.
 */
export function useTaskWebSocket(taskId: string | null): TaskWatch & { socket: LiveSocket } {
  const live = useContext(LiveContext);
  if (!live) throw new Error('LiveContext is missing above this component');
  const watch = useCallback(
    (viewer: () => void) => (taskId ? live.watchTask(taskId, viewer) : watchNothing()),
    [live, taskId],
  );
  const snapshot = useSyncExternalStore(watch, () => (taskId && live.taskSnapshot(taskId)) || NOTHING_YET);
  return { ...snapshot, socket: live.socket };
}
