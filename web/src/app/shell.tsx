import { Outlet } from '@tanstack/react-router';
import { SandboxBanner } from '../agents/sandbox-banner.tsx';
import { ConnectionBanner } from '../page/connection-banner.tsx';
import { PageHeader } from '../page/page-header.tsx';
import { useRefreshOnReconnect } from './use-refresh-on-reconnect.ts';

/** What is around every page. */
export function Shell() {
  useRefreshOnReconnect();
  return (
    <>
      <a className="skip" href="#main">
        Go to the content
      </a>
      <PageHeader />
      <ConnectionBanner />
      <SandboxBanner />
      <main id="main" tabIndex={-1}>
        <Outlet />
      </main>
    </>
  );
}
