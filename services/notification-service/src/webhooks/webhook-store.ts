// Every query on webhooks.
import type { Webhook, WebhookEvent } from '@builder-ai/contracts/webhook';
import type { Queryable, Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { AppError } from '@builder-ai/platform/problem';
import { newSecret } from './signature.ts';

export type WebhookRow = Omit<Webhook, 'failing_since' | 'created_at' | 'updated_at'> & {
  owner_id: string;
  secret: string;
  failing_since: Date | null;
  created_at: Date;
  updated_at: Date;
};

export const MAX_WEBHOOKS = 20;
const OLD_SECRET_HOURS = 24;

export type NewWebhook = {
  ownerId: string;
  projectId: string | null;
  url: string;
  description: string;
  events: WebhookEvent[];
};

/** @throws AppError TOO_MANY_WEBHOOKS */
export async function insertWebhook(tx: Tx, wish: NewWebhook): Promise<WebhookRow> {
  // One at a time for each project, or two at once would both be the last one allowed.
  await tx.query('select pg_advisory_xact_lock(hashtextextended($1, 0))', [`webhooks ${wish.ownerId}`]);
  if ((await findWebhooks(tx, [wish.ownerId])).length >= MAX_WEBHOOKS) throw new AppError('TOO_MANY_WEBHOOKS');
  const [row] = await tx.query<WebhookRow>(
    `insert into webhooks (id, owner_id, project_id, url, description, events, secret)
     values ($1, $2, $3, $4, $5, $6, $7) returning *`,
    [newId(), wish.ownerId, wish.projectId, wish.url, wish.description, wish.events, newSecret()],
  );
  return row as WebhookRow;
}

export async function findWebhooks(db: Queryable, owners: string[]): Promise<WebhookRow[]> {
  return db.query<WebhookRow>('select * from webhooks where owner_id = any($1) order by id', [owners]);
}

export async function findWebhook(db: Queryable, id: string): Promise<WebhookRow | undefined> {
  const [row] = await db.query<WebhookRow>('select * from webhooks where id = $1', [id]);
  return row;
}

export type WebhookChange = { url?: string; description?: string; events?: WebhookEvent[]; enabled?: boolean };

/** Enabled again, it has no history of failure: it is given as long as a new one. */
export async function changeWebhookRow(db: Queryable, id: string, change: WebhookChange): Promise<WebhookRow> {
  const { url = null, description = null, events = null, enabled = null } = change;
  const [row] = await db.query<WebhookRow>(
    `update webhooks set url = coalesce($2, url), description = coalesce($3, description),
       events = coalesce($4, events), enabled = coalesce($5, enabled),
       disabled_reason = case when $5 is null then disabled_reason end,
       failing_since = case when $5 then null else failing_since end,
       updated_at = now()
     where id = $1 returning *`,
    [id, url, description, events, enabled],
  );
  if (!row) throw new AppError('WEBHOOK_NOT_FOUND');
  return row;
}

/** The old secret signs beside the new one for a day. */
export async function replaceSecret(db: Queryable, id: string): Promise<WebhookRow> {
  const [row] = await db.query<WebhookRow>(
    `update webhooks set old_secret = secret, old_secret_until = now() + $3 * interval '1 hour', secret = $2,
       updated_at = now()
     where id = $1 returning *`,
    [id, newSecret(), OLD_SECRET_HOURS],
  );
  if (!row) throw new AppError('WEBHOOK_NOT_FOUND');
  return row;
}

export async function deleteWebhookRow(db: Queryable, id: string): Promise<void> {
  await db.query('delete from webhooks where id = $1', [id]);
}

/** What everybody is told of it who may see it: never the secret. */
export function toWebhook(row: WebhookRow): Webhook {
  return {
    id: row.id,
    project_id: row.project_id,
    url: row.url,
    description: row.description,
    events: row.events,
    enabled: row.enabled,
    disabled_reason: row.disabled_reason,
    failing_since: row.failing_since?.toISOString() ?? null,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
  };
}
