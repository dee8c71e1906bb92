import { useCallback, useState, useSyncExternalStore } from 'react';
import { ConnectionBanner } from './page/connection-banner.tsx';
import { PageHeader } from './page/page-header.tsx';
import type { Session } from './page/session.ts';
import { SignInScreen } from './page/sign-in-screen.tsx';
import { Home } from './tasks/home.tsx';
import { LinkedTask } from './tasks/linked-task.tsx';

/** `/?task=<id>` is the address of one task, to be opened elsewhere or sent to somebody. */
const linkedTaskId = () => new URLSearchParams(window.location.search).get('task');

export function App({ session }: { session: Session }) {
  const watch = useCallback((viewer: () => void) => session.watch(viewer), [session]);
  const isSignedOut = useSyncExternalStore(watch, () => session.isSignedOut);
  const [taskId] = useState(linkedTaskId);

  if (isSignedOut) return <SignInScreen />;
  return (
    <>
      <PageHeader />
      <ConnectionBanner />
      <main>{taskId ? <LinkedTask taskId={taskId} /> : <Home />}</main>
    </>
  );
}
