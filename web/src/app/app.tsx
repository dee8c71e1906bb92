import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { useCallback, useState, useSyncExternalStore } from 'react';
import type { Session } from '../page/session.ts';
import { SignInScreen } from '../page/sign-in-screen.tsx';
import { newQueryClient } from './query-client.ts';
import { newRouter } from './router.tsx';

/** Where the server sends those whose sign-in link did not work. They may be signed in nevertheless. */
const readLinkFailed = () => new URLSearchParams(window.location.search).get('sign_in') === 'failed';

export function App({ session }: { session: Session }) {
  const watch = useCallback((viewer: () => void) => session.watch(viewer), [session]);
  const isSignedOut = useSyncExternalStore(watch, () => session.isSignedOut);
  const [linkFailed] = useState(readLinkFailed);
  const [queries] = useState(newQueryClient);
  const [router] = useState(newRouter);

  if (isSignedOut) return <SignInScreen linkFailed={linkFailed} />;
  return (
    <QueryClientProvider client={queries}>
      <RouterProvider router={router} />
    </QueryClientProvider>
  );
}
