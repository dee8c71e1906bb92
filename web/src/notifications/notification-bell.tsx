import type { Notification } from '@builder-ai/contracts/notification';
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type ComponentProps, lazy, Suspense, useEffect, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { KIND_WORDS } from './notification-words.ts';
import '../styles/notifications.css';

// What it opens comes when it is opened first: the first page is lighter for it.
const NotificationPopover = lazy(() =>
  import('./notification-popover.tsx').then((module) => ({ default: module.NotificationPopover })),
);

/** How many things its reader was told of and has not looked at; opens the list of them. */
export function NotificationBell() {
  const { api, live } = useClient();
  const queries = useQueryClient();
  const [wasOpened, setWasOpened] = useState(false);
  const [newest, setNewest] = useState('');
  const unread = useQuery({ queryKey: ['notifications', 'unread'], queryFn: api.countUnread }).data?.unread ?? 0;

  useEffect(() => {
    const take = (notification: Notification) => {
      setNewest(`${KIND_WORDS[notification.kind] ?? 'News'}: ${toPlainText(notification.title)}`);
      void queries.invalidateQueries({ queryKey: ['notifications'] });
    };
    live.socket.on('notification', take);
    return () => void live.socket.off('notification', take);
  }, [live, queries]);

  const closed = <BellButton unread={unread} onClick={() => setWasOpened(true)} />;
  return (
    <>
      {/* For those who hear the page: what came is said once. */}
      <span className="visually-hidden" role="status">
        {newest}
      </span>
      {wasOpened ? (
        <Suspense fallback={closed}>
          <NotificationPopover unread={unread} />
        </Suspense>
      ) : (
        closed
      )}
    </>
  );
}

type BellProps = ComponentProps<'button'> & { unread: number };

export function BellButton({ unread, ...button }: BellProps) {
  return (
    <button
      type="button"
      className="bell"
      data-testid="bell"
      aria-haspopup="dialog"
      aria-label={unread === 0 ? 'Notifications' : `Notifications, ${unread} not read`}
      {...button}
    >
      <svg viewBox="0 0 24 24" aria-hidden="true">
        <path d="M12 3a6 6 0 0 0-6 6v3.600L4.400 16a1 1 0 0 0 .9 1.500h13.400a1 1 0 0 0 .9-1.500L18 12.600V9a6 6 0 0 0-6-6zm-2.200 16a2.300 2.300 0 0 0 4.400 0z" />
      </svg>
      {unread > 0 && (
        <span className="bell-count" data-testid="unread" aria-hidden="true">
          {unread > 99 ? '99+' : unread}
        </span>
      )}
    </button>
  );
}
