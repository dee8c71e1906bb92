// What users are told of apart from what they look at: `GET /notifications`, and `notification` on the socket.
import type { WaitingReason } from './task.ts';

export const NOTIFICATION_KINDS = ['task_completed', 'task_failed', 'task_waiting', 'webhook_disabled'] as const;
export type NotificationKind = (typeof NOTIFICATION_KINDS)[number];

export type Notification = {
  id: string;
  kind: NotificationKind;
  /** The project that it is about; null for the reader's personal one. */
  project_id: string | null;
  task_id: string | null;
  webhook_id: string | null;
  /** The task's, or the webhook's address. */
  title: string;
  /** The reason, the error, or nothing. */
  detail: string;
  /** Of a task that waits. */
  waiting_for: WaitingReason | null;
  created_at: string;
  /** When the reader has read it: each reader for himself. */
  read_at: string | null;
};
