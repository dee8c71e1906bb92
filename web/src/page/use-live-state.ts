import type { LiveState } from '@builder-ai/client/live-connection';
import { useCallback, useSyncExternalStore } from 'react';
import { useClient } from '../app/client-context.ts';

/** How the page's one connection is doing. */
export function useLiveState(): LiveState {
  const { live } = useClient();
  const watch = useCallback((viewer: () => void) => live.watchState(viewer), [live]);
  return useSyncExternalStore(watch, () => live.state);
}
