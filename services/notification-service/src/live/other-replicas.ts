// An entry is consumed by one replica; this tells the sockets of the others, so that they need not wait for their next look
// at the feed. Notifications, and who may do what, go the same way.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { fitsChannel } from '@builder-ai/platform/redis/tell';
import type { WakeChannel } from '@builder-ai/platform/redis/wake-channel';
import type { NotificationRow } from '../notifications/notification-store.ts';
import { type AccessChange, parseAccessChange } from './access-change.ts';

/** What replicas tell each other: the entry, or only that there is one; or a notification; or that somebody may do more or less. */
type News =
  | { from: string; event: TaskEvent; owner_id?: string }
  | { from: string; task_id: string; seq: number }
  | { from: string; notification: NotificationRow }
  | { from: string; access: AccessChange };

export type OtherReplicasOptions = {
  channel: Pick<WakeChannel, 'publish' | 'subscribe'>;
  /** This replica: it does not listen to itself. */
  id: string;
  /** Another replica has committed this entry. */
  onEvent: (event: TaskEvent, ownerId: string | undefined) => void;
  /** Another replica has committed this entry, which is too large to be told: the feed has it. */
  onSeq: (taskId: string, seq: number) => void;
  onNotification: (notification: NotificationRow) => void;
  onAccess: (change: AccessChange) => void;
};

export type OtherReplicas = {
  /** An entry was committed here. */
  tell(event: TaskEvent, ownerId: string): void;
  notify(notification: NotificationRow): void;
  endConnections(change: AccessChange): void;
};

export function joinOtherReplicas(options: OtherReplicasOptions): OtherReplicas {
  const { channel, id } = options;
  channel.subscribe((payload) => {
    const news = parseNews(payload);
    if (!news || news.from === id) return;
    if ('access' in news) options.onAccess(news.access);
    else if ('notification' in news) options.onNotification(news.notification);
    else if ('event' in news) options.onEvent(news.event, news.owner_id);
    else options.onSeq(news.task_id, news.seq);
  });
  const publish = (news: News) => channel.publish(JSON.stringify(news));
  return {
    tell(event, ownerId) {
      const whole = JSON.stringify({ from: id, event, owner_id: ownerId } satisfies News);
      if (fitsChannel(whole)) channel.publish(whole);
      else publish({ from: id, task_id: event.task_id, seq: event.seq });
    },
    notify: (notification) => publish({ from: id, notification }),
    endConnections: (access) => publish({ from: id, access }),
  };
}

/** A replica of another version may tell what this one does not know: the feed has it. */
function parseNews(payload: string): News | undefined {
  try {
    const news = JSON.parse(payload) as News;
    if ('access' in news) {
      const access = parseAccessChange(news.access);
      return access && { from: news.from, access };
    }
    if ('notification' in news) return toRow(news);
    const { task_id, seq } = 'event' in news ? news.event : news;
    return typeof task_id === 'string' && Number.isSafeInteger(seq) ? news : undefined;
  } catch {
    return undefined;
  }
}

function toRow({ from, notification }: { from: string; notification: NotificationRow }): News | undefined {
  if (typeof notification?.owner_id !== 'string') return undefined;
  return { from, notification: { ...notification, created_at: new Date(notification.created_at), read_at: null } };
}
