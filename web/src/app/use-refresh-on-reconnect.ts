import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { useLiveState } from '../page/use-live-state.ts';

/** Things may have changed elsewhere while nobody could tell this page: all that is on show is read again. */
export function useRefreshOnReconnect(): void {
  const queries = useQueryClient();
  const state = useLiveState();
  const wasLost = useRef(false);

  useEffect(() => {
    if (state !== 'live') {
      wasLost.current ||= state !== 'connecting';
    } else if (wasLost.current) {
      wasLost.current = false;
      void queries.invalidateQueries();
    }
  }, [queries, state]);
}
