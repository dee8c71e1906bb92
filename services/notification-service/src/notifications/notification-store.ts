// Every query on notifications. What may be seen of them is said by the projects that the reader belongs to.
import type { Notification, NotificationKind } from '@builder-ai/contracts/notification';
import type { WaitingReason } from '@builder-ai/contracts/task';
import type { Queryable, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';

export type NewNotification = {
  ownerId: string;
  kind: NotificationKind;
  taskId?: string;
  webhookId?: string;
  title: string;
  detail: string;
  waitingFor?: WaitingReason | null;
};

export type NotificationRow = {
  id: string;
  owner_id: string;
  kind: NotificationKind;
  task_id: string | null;
  webhook_id: string | null;
  title: string;
  detail: string;
  waiting_for: WaitingReason | null;
  created_at: Date;
  read_at: Date | null;
};

const INSERT = `insert into notifications (id, owner_id, kind, task_id, webhook_id, title, detail, waiting_for)
  values ($1, $2, $3, $4, $5, $6, $7, $8) returning *, null as read_at`;

const toValues = (wish: NewNotification) => {
  const { ownerId, kind, taskId = null, webhookId = null, title, detail, waitingFor = null } = wish;
  return [newId(), ownerId, kind, taskId, webhookId, title, detail, waitingFor];
};

export async function insertNotification(db: Queryable, wish: NewNotification): Promise<NotificationRow> {
  const [row] = await db.query<NotificationRow>(INSERT, toValues(wish));
  return row as NotificationRow;
}

/** The same where nobody waits for it. @param tell gets the row when it is committed */
export function sendNotification(tx: Tx, wish: NewNotification, tell: (row: NotificationRow) => void): void {
  tx.send<NotificationRow>(INSERT, toValues(wish), ([row]) => row && tx.afterCommit(() => tell(row)));
}

/** A reader, and what of everything is theirs to see. */
export type Reader = { userId: string; owners: string[] };

export type ListOptions = { limit: number; before: string | undefined; unread: boolean };

export async function findNotifications(
  db: Queryable,
  { userId, owners }: Reader,
  { limit, before, unread }: ListOptions,
): Promise<NotificationRow[]> {
  return db.query<NotificationRow>(
    `select notifications.*, read_at from notifications
     left join notification_reads on notification_id = id and user_id = $1
     where owner_id = any($2) and ($3::uuid is null or id < $3) and (not $4 or read_at is null)
     order by id desc limit $5`,
    [userId, owners, before ?? null, unread, limit],
  );
}

export async function countUnread(db: Queryable, { userId, owners }: Reader): Promise<number> {
  const [row] = await db.query<{ n: number }>(
    `select count(*) as n from notifications where owner_id = any($2) and not exists (
       select 1 from notification_reads where notification_id = id and user_id = $1)`,
    [userId, owners],
  );
  return row?.n ?? 0;
}

/** Marks those that are unread, or one of them. @returns how many */
export async function markRead(db: Queryable, { userId, owners }: Reader, id?: string): Promise<number> {
  const rows = await db.query(
    `insert into notification_reads (notification_id, user_id)
     select id, $1 from notifications where owner_id = any($2) and ($3::uuid is null or id = $3)
     on conflict do nothing returning 1`,
    [userId, owners, id ?? null],
  );
  return rows.length;
}

export async function findNotification(
  db: Queryable,
  { userId, owners }: Reader,
  id: string,
): Promise<NotificationRow | undefined> {
  const [row] = await db.query<NotificationRow>(
    `select notifications.*, read_at from notifications
     left join notification_reads on notification_id = id and user_id = $1 where owner_id = any($2) and id = $3`,
    [userId, owners, id],
  );
  return row;
}

/** As a reader sees it: a personal project has no id there. */
export function toNotification(
  { owner_id, created_at, read_at, ...row }: NotificationRow,
  userId: string,
): Notification {
  return {
    ...row,
    project_id: owner_id === userId ? null : owner_id,
    created_at: created_at.toISOString(),
    read_at: read_at?.toISOString() ?? null,
  };
}
