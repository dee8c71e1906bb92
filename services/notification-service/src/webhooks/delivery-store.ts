// Every query on deliveries: the log of what was sent is also the queue of what is to be sent.
import type {
  DeliveryStatus,
  WebhookAttempt,
  WebhookDelivery,
  WebhookDeliveryWithAttempts,
  WebhookPayload,
} from '@builder-ai/contracts/webhook';
import type { Queryable, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';

export type DeliveryRow = Omit<WebhookDelivery, 'next_attempt_at' | 'created_at' | 'delivered_at'> & {
  payload: string;
  next_attempt_at: Date;
  created_at: Date;
  delivered_at: Date | null;
};

export type NewDelivery = { eventId: string; taskId: string | null; payload: WebhookPayload };

const INSERT = `insert into webhook_deliveries (id, webhook_id, event_id, event_type, task_id, payload)
  values ($1, $2, $3, $4, $5, $6) on conflict (webhook_id, event_id) do`;

const toValues = (webhookId: string, { eventId, taskId, payload }: NewDelivery) => [
  newId(),
  webhookId,
  eventId,
  payload.type,
  taskId,
  JSON.stringify(payload),
];

export async function insertDelivery(db: Queryable, webhookId: string, wish: NewDelivery): Promise<DeliveryRow> {
  const [row] = await db.query<DeliveryRow>(
    `${INSERT} update set event_id = excluded.event_id returning *`,
    toValues(webhookId, wish),
  );
  return row as DeliveryRow;
}

/** The same where nobody waits for it. */
export function sendDelivery(tx: Tx, webhookId: string, wish: NewDelivery): void {
  tx.send(`${INSERT} nothing`, toValues(webhookId, wish));
}

export type DeliveryFilter = { limit: number; before: string | undefined; status: DeliveryStatus | undefined };

export async function findDeliveries(
  db: Queryable,
  webhookId: string,
  { limit, before, status }: DeliveryFilter,
): Promise<DeliveryRow[]> {
  return db.query<DeliveryRow>(
    `select * from webhook_deliveries
     where webhook_id = $1 and ($2::uuid is null or id < $2) and ($3::text is null or status = $3)
     order by id desc limit $4`,
    [webhookId, before ?? null, status ?? null, limit],
  );
}

export async function findDelivery(db: Queryable, webhookId: string, id: string): Promise<DeliveryRow | undefined> {
  const [row] = await db.query<DeliveryRow>('select * from webhook_deliveries where webhook_id = $1 and id = $2', [
    webhookId,
    id,
  ]);
  return row;
}

type AttemptRow = Omit<WebhookAttempt, 'started_at'> & { started_at: Date };

export async function findAttempts(db: Queryable, deliveryId: string): Promise<WebhookAttempt[]> {
  const rows = await db.query<AttemptRow>(
    `select attempt, started_at, duration_ms, response_status, response_body, error
     from webhook_attempts where delivery_id = $1 order by attempt`,
    [deliveryId],
  );
  return rows.map((row) => ({ ...row, started_at: row.started_at.toISOString() }));
}

/** To be sent again at once, whatever became of it; with as many tries as a new one. */
export async function requeueDelivery(db: Queryable, id: string): Promise<DeliveryRow> {
  const [row] = await db.query<DeliveryRow>(
    `update webhook_deliveries set status = 'pending', tries = 0, next_attempt_at = now() where id = $1 returning *`,
    [id],
  );
  return row as DeliveryRow;
}

export function toDelivery(row: DeliveryRow): WebhookDelivery {
  return {
    id: row.id,
    webhook_id: row.webhook_id,
    event_type: row.event_type,
    task_id: row.task_id,
    status: row.status,
    attempts: row.attempts,
    next_attempt_at: row.status === 'pending' ? row.next_attempt_at.toISOString() : null,
    response_status: row.response_status,
    error: row.error,
    created_at: row.created_at.toISOString(),
    delivered_at: row.delivered_at?.toISOString() ?? null,
  };
}

export const withAttempts = (row: DeliveryRow, attempts: WebhookAttempt[]): WebhookDeliveryWithAttempts => ({
  ...toDelivery(row),
  payload: row.payload,
  attempt_log: attempts,
});
