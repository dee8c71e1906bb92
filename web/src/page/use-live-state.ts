import { useCallback, useSyncExternalStore } from 'react';
import { useClient } from '../app/client-context.ts';
import type { LiveState } from '../live/live-connection.ts';

/** How the page's one connection is doing. */
export function useLiveState(): LiveState {
  const { live } = useClient();
  const watch = useCallback((viewer: () => void) => live.watchState(viewer), [live]);
  return useSyncExternalStore(watch, () => live.state);
}
