// Which timeline entries somebody is told of who looks at something else: a task has ended, or waits for its user.
import type { RunWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { NotificationKind } from '@builder-ai/contracts/notification';
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { sendNotification } from './notification-store.ts';

const KINDS: Partial<Record<string, NotificationKind>> = {
  task_completed: 'task_completed',
  task_failed: 'task_failed',
  task_waiting: 'task_waiting',
};

/** In the transaction that takes the entry in: nobody is told twice, and nobody of what was not committed. */
export function notifyOfEntry(deps: Deps, tx: Tx, entry: TaskEvent, ownerId: string, title: string) {
  const kind = KINDS[entry.event_type];
  if (!kind) return;
  const { waiting_for = null, reason, error } = entry.data as Partial<RunWaiting> & { error?: string };
  // Whoever paused a task knows that it waits.
  if (waiting_for === 'resume') return;
  const detail = (reason ?? error ?? '').slice(0, 1_000);
  const wish = { ownerId, kind, taskId: entry.task_id, title, detail, waitingFor: waiting_for };
  sendNotification(tx, wish, deps.notify);
}
