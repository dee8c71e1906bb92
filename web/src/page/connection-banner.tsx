import type { LiveState } from '@builder-ai/client/live-connection';
import { useLiveState } from './use-live-state.ts';

const WORDS: Partial<Record<LiveState, string>> = {
  reconnecting: 'The connection was lost. Reconnecting; what happens meanwhile is shown then, nothing gets lost.',
  offline: 'The server cannot be reached. Tasks go on without this page; it catches up when the server is back.',
  error: 'The server refused the live connection. Trying again.',
};

/** Says that what is on the page may be old. */
export function ConnectionBanner() {
  const state = useLiveState();
  const words = WORDS[state];
  // The element stays, so that a screen reader notices its text changing.
  return (
    <div className="banner" data-state={state} data-testid="connection-banner" role="status" hidden={!words}>
      {words}
    </div>
  );
}
