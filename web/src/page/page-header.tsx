import type { LiveState } from '@builder-ai/client/live-connection';
import { Link } from '@tanstack/react-router';
import { NotificationBell } from '../notifications/notification-bell.tsx';
import { Mark } from './mark.tsx';
import { useLiveState } from './use-live-state.ts';

const STATE_WORDS: Record<LiveState, string> = {
  connecting: 'Connecting',
  live: 'Live',
  reconnecting: 'Reconnecting',
  offline: 'Offline',
  error: 'Not connected',
};

export function PageHeader() {
  const state = useLiveState();
  return (
    <header className="page-header">
      <Link className="wordmark" to="/" aria-label="Builder AI, to the start">
        <Mark />
        <span className="wordmark-name">Builder AI</span>
      </Link>
      <nav className="page-nav" aria-label="Pages">
        <Link to="/" activeOptions={{ exact: true }}>
          Build
        </Link>
        <Link to="/board">Tasks</Link>
        <Link to="/settings">Settings</Link>
      </nav>
      <NotificationBell />
      <span className="live-state" data-testid="live-state" data-state={state} role="status">
        <span className="live-state-words">{STATE_WORDS[state]}</span>
      </span>
    </header>
  );
}
