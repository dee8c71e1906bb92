// What has to be known to tell of an entry beside the feed, in one round trip: most entries are told to nobody.
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

const FIND = `select
    coalesce((select data->>'title' from feed where task_id = $1 and seq = 1), $1) as title,
    (select coalesce(json_agg(json_build_object('id', id, 'project_id', project_id)), '[]')
      from webhooks where owner_id = $2 and enabled and $3 = any(events)) as receivers
  where not exists (select 1 from feed_tasks where task_id = $1 and deleted_at is not null)`;

/** @returns undefined for an entry of a kind that is told to nobody, and for one of a deleted task */
export async function findNews(db: Queryable, entry: TaskEvent, ownerId: string): Promise<News | undefined> {
  const type = EVENTS.get(entry.event_type);
  if (!type) return undefined;
  const [found] = await db.query<Omit<News, 'type'>>(FIND, [entry.task_id, ownerId, type]);
  return found && { type, ...found };
}

/** The webhooks of a project that want to be told of an event. */
export async function findReceivers(db: Queryable, ownerId: string, type: WebhookEvent): Promise<Receiver[]> {
  return db.query<Receiver>(
    'select id, project_id from webhooks where owner_id = $1 and enabled and $2 = any(events)',
    [ownerId, type],
  );
}
