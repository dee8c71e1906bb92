// Takes deliveries that are due, one by one, so that no two processes send the same one, and writes down what came of them.
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Attempted } from './attempt.ts';
import type { DeliverySettings } from './delivery-settings.ts';

export type Claimed = {
  id: string;
  webhook_id: string;
  /** The number of this attempt: what is written down later is believed only while it is the last one. */
  attempts: number;
  tries: number;
  payload: string;
  url: string;
  /** The new one and, for a while, the old one. */
  secrets: string[];
};

/** Longer than an attempt can take: one whose process died is due again after this. */
const CLAIM_MARGIN_SECONDS = 5;

/** @param busy webhooks that are being sent enough already: one slow receiver does not keep the others waiting */
export async function claimDelivery(
  db: Database,
  { timeoutMs }: DeliverySettings,
  busy: string[],
): Promise<Claimed | undefined> {
  const [row] = await db.query<Claimed>(
    `update webhook_deliveries d set attempts = attempts + 1, tries = tries + 1,
       next_attempt_at = now() + $1 * interval '1 second'
     from webhooks w
     where w.id = d.webhook_id and d.id = (
       select due.id from webhook_deliveries due join webhooks on webhooks.id = due.webhook_id
       where due.status = 'pending' and due.next_attempt_at <= now() and enabled and due.webhook_id <> all($2)
       order by due.next_attempt_at limit 1 for update of due skip locked)
     returning d.id, d.webhook_id, d.attempts, d.tries, d.payload, w.url,
       case when w.old_secret_until > now() then array[w.secret, w.old_secret] else array[w.secret] end as secrets`,
    [timeoutMs / 1000 + CLAIM_MARGIN_SECONDS, busy],
  );
  return row;
}

export type Settled = 'settled' | 'not ours any more';

/**
 * Writes down one attempt.
 * @param retryInMs until the next one; undefined: there is none
 */
export async function settleAttempt(
  tx: Tx,
  { id, attempts }: Claimed,
  attempted: Attempted,
  retryInMs: number | undefined,
): Promise<Settled> {
  const { ok, status, error, body, startedAt, durationMs } = attempted;
  const rows = await tx.query(
    `update webhook_deliveries set
       status = case when $3 then 'delivered' when $4::float8 is null then 'failed' else 'pending' end,
       next_attempt_at = now() + coalesce($4::float8, 0) * interval '1 millisecond',
       response_status = $5, error = $6, delivered_at = case when $3 then now() else delivered_at end
     where id = $1 and attempts = $2 and status = 'pending' returning 1`,
    [id, attempts, ok, retryInMs ?? null, status, error],
  );
  if (rows.length === 0) return 'not ours any more';
  await tx.query(
    `insert into webhook_attempts (delivery_id, attempt, started_at, duration_ms, response_status, response_body, error)
     values ($1, $2, $3, $4, $5, $6, $7)`,
    [id, attempts, startedAt, Math.round(durationMs), status, body, error],
  );
  return 'settled';
}
