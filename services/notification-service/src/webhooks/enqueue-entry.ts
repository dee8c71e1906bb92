// Which timeline entries are sent to a project's webhooks.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { WEBHOOK_EVENTS, type WebhookEvent, type WebhookPayload } from '@builder-ai/contracts/webhook';
import type { Tx } from '@builder-ai/platform/database';
import type { Deps } from '../deps.ts';
import { insertDelivery } from './delivery-store.ts';

const EVENTS: ReadonlyMap<string, WebhookEvent> = new Map(
  WEBHOOK_EVENTS.map((event) => [event.replaceAll('.', '_'), event]),
);

type Receiver = { id: string; project_id: string | null };

/** In the transaction that takes the entry in: from then on it is sent until it has arrived. */
export async function enqueueEntry(deps: Deps, tx: Tx, entry: TaskEvent, ownerId: string, title: string) {
  const type = EVENTS.get(entry.event_type);
  if (!type) return;
  const receivers = await tx.query<Receiver>(
    'select id, project_id from webhooks where owner_id = $1 and enabled and $2 = any(events)',
    [ownerId, type],
  );
  for (const { id, project_id } of receivers) {
    const { id: eventId, task_id, seq, data: event, timestamp } = entry;
    const payload: WebhookPayload = { type, timestamp, data: { project_id, task_id, title, seq, event } };
    await insertDelivery(tx, id, { eventId, taskId: task_id, payload });
  }
  if (receivers.length > 0) tx.afterCommit(deps.deliverSoon);
}

/** Whether an entry is of a kind that somebody may be told of. */
export const isNews = ({ event_type }: TaskEvent): boolean => EVENTS.has(event_type);
