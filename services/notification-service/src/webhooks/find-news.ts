// What has to be known to tell of entries beside the feed, in one round trip: most entries are told to nobody.
import type { TaskEvent } from '@builder-ai/contracts/task';
import { WEBHOOK_EVENTS, type WebhookEvent } from '@builder-ai/contracts/webhook';
import type { Queryable } from '@builder-ai/platform/database';

const EVENTS: ReadonlyMap<string, WebhookEvent> = new Map(
  WEBHOOK_EVENTS.map((event) => [event.replaceAll('.', '_'), event]),
);

export type Receiver = { id: string; project_id: string | null };

export type News = {
  type: WebhookEvent;
  /** The task's title, as its first entry has it; its id, where that entry is not kept. */
  title: string;
  /** The webhooks of its project that want to be told. */
  receivers: readonly Receiver[];
};

// Rows are looked up one by one, however large the tables are when a plan that is kept was made for small ones.
const FIND = `select e.ord,
    coalesce((select data->>'title' from feed where task_id = e.task_id and seq = 1), e.task_id) as title,
    (select coalesce(json_agg(json_build_object('id', id, 'project_id', project_id)), '[]')
      from webhooks where owner_id = e.owner_id and enabled and e.type = any(events)) as receivers
  from unnest($1::text[], $2::text[], $3::text[]) with ordinality as e(task_id, owner_id, type, ord)
  where (select deleted_at from feed_tasks where task_id = e.task_id) is null`;

/** The kind by which webhooks know an entry; undefined for one of a kind that is told to nobody. */
export const toWebhookEvent = (entry: TaskEvent): WebhookEvent | undefined => EVENTS.get(entry.event_type);

/** An entry of a kind that is told of. */
export type ToldEntry = { entry: TaskEvent; ownerId: string; type: WebhookEvent };

/** @returns of each entry, in order, what is to be told; undefined for one of a deleted task */
export async function findNews(db: Queryable, told: readonly ToldEntry[]): Promise<(News | undefined)[]> {
  const rows = await db.query<Omit<News, 'type'> & { ord: number }>(FIND, [
    told.map(({ entry }) => entry.task_id),
    told.map(({ ownerId }) => ownerId),
    told.map(({ type }) => type),
  ]);
  const found = new Map(rows.map(({ ord, title, receivers }) => [ord, { title, receivers }]));
  return told.map(({ type }, index) => {
    const news = found.get(index + 1);
    return news && { type, ...news };
  });
}

/** The webhooks of a project that want to be told of an event. */
export async function findReceivers(db: Queryable, ownerId: string, type: WebhookEvent): Promise<Receiver[]> {
  return db.query<Receiver>(
    'select id, project_id from webhooks where owner_id = $1 and enabled and $2 = any(events)',
    [ownerId, type],
  );
}
