import { useCallback, useState, useSyncExternalStore } from 'react';
import { AgentsProvider } from './agents/agents-context.tsx';
import { SandboxBanner } from './agents/sandbox-banner.tsx';
import { ConnectionBanner } from './page/connection-banner.tsx';
import { PageHeader } from './page/page-header.tsx';
import type { Session } from './page/session.ts';
import { SignInScreen } from './page/sign-in-screen.tsx';
import { Home } from './tasks/home.tsx';
import { LinkedTask } from './tasks/linked-task.tsx';

/** What the address says. Read once: the page has no other address to go to without loading anew. */
function readAddress() {
  const query = new URLSearchParams(window.location.search);
  return {
    /** `/?task=<id>` is the address of one task, to be opened elsewhere or sent to somebody. */
    taskId: query.get('task'),
    /** Where the server sends those whose sign-in link did not work. They may be signed in nevertheless. */
    linkFailed: query.get('sign_in') === 'failed',
  };
}

export function App({ session }: { session: Session }) {
  const watch = useCallback((viewer: () => void) => session.watch(viewer), [session]);
  const isSignedOut = useSyncExternalStore(watch, () => session.isSignedOut);
  const [{ taskId, linkFailed }] = useState(readAddress);

  if (isSignedOut) return <SignInScreen linkFailed={linkFailed} />;
  return (
    <AgentsProvider>
      <PageHeader />
      <ConnectionBanner />
      <SandboxBanner />
      <main>{taskId ? <LinkedTask taskId={taskId} /> : <Home />}</main>
    </AgentsProvider>
  );
}
