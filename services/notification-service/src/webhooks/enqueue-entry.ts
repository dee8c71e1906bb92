// Sends a timeline entry to the webhooks that want to be told.
import type { TaskEvent } from '@builder-ai/contracts/task';
import type { WebhookPayload } from '@builder-ai/contracts/webhook';
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { sendDelivery } from './delivery-store.ts';
import type { News } from './find-news.ts';

/** What is told; without a title where nothing of the task is kept. */
export type Telling = Pick<News, 'type' | 'receivers'> & { title: string | null };

/** In the transaction that takes the entry in: from then on it is sent until it has arrived. */
export function enqueueEntry(deps: Deps, tx: Tx, entry: TaskEvent, { type, title, receivers }: Telling) {
  for (const { id, project_id } of receivers) {
    const { id: eventId, task_id, seq, data: event, timestamp } = entry;
    const payload: WebhookPayload = { type, timestamp, data: { project_id, task_id, title, seq, event } };
    sendDelivery(tx, id, { eventId, taskId: task_id, payload });
  }
  if (receivers.length > 0) tx.afterCommit(deps.deliverSoon);
}
