import type { Notification } from '@builder-ai/contracts/notification';
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useClient } from '../app/client-context.ts';
import { toPlainText } from '../page/plain-text.ts';
import { toDayAndTime } from '../page/quantities.ts';
import { SettingList } from '../settings/setting-list.tsx';
import { useChange } from '../settings/use-change.ts';
import { KIND_WORDS } from './notification-words.ts';

const CHANGES = [['notifications']];

/** What the reader was told of, newest first; what leads somewhere is read by going there. */
export function NotificationList({ unread, onFollow }: { unread: number; onFollow: () => void }) {
  const { api } = useClient();
  const query = useQuery({ queryKey: ['notifications', 'list'], queryFn: api.listNotifications, staleTime: 0 });
  const read = useChange(api.readNotification, CHANGES);
  const readAll = useChange(api.readAllNotifications, CHANGES);
  const follow = (notification: Notification) => {
    if (notification.read_at === null) read.change(notification.id);
    onFollow();
  };
  return (
    <>
      <SettingList
        query={query}
        none="Nothing yet. You are told here when a task is done, fails or waits for you."
        testId="notification"
        toKey={({ id }) => id}
      >
        {(notification) => (
          <span className="setting-what" data-unread={notification.read_at === null}>
            <NotificationLink notification={notification} onFollow={() => follow(notification)} />
            {notification.detail && <span className="muted">{toPlainText(notification.detail)}</span>}
            <span className="muted">
              {KIND_WORDS[notification.kind] ?? notification.kind}, {toDayAndTime(notification.created_at)}
            </span>
          </span>
        )}
      </SettingList>
      {unread > 0 && (
        <button
          type="button"
          className="button button-small"
          data-testid="read-all"
          disabled={readAll.isPending}
          onClick={() => readAll.change()}
        >
          All are read
        </button>
      )}
    </>
  );
}

function NotificationLink({ notification, onFollow }: { notification: Notification; onFollow: () => void }) {
  const title = toPlainText(notification.title);
  if (notification.task_id) {
    return (
      <Link to="/task/$taskId" params={{ taskId: notification.task_id }} onClick={onFollow}>
        {title}
      </Link>
    );
  }
  return (
    <Link to="/settings/$section" params={{ section: 'webhooks' }} onClick={onFollow}>
      {title}
    </Link>
  );
}
