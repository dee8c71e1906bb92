// What a run told: the events that it committed. They lie in the outbox until some time after they were published, and are
// moved to a table of their own then.
import type { Queryable } from '@builder-ai/platform/database';
import type { EventArchive } from '@builder-ai/platform/retention';
import type { RecordedEvent } from './recording.ts';

const TOPIC = 'agent.events';

export const TOLD_EVENTS: EventArchive = {
  topic: TOPIC,
  table: 'told_events',
  // What is deleted is recorded no more.
  unless: 'exists (select 1 from runs where runs.task_id = gone.key and runs.deleted_at is not null)',
};

const MOST = Number.MAX_SAFE_INTEGER;

const ALL = `select no, created_at as at, event from outbox where topic = $1 and key = $2 and no <= $3
  union all select no, created_at, event from ${TOLD_EVENTS.table} where key = $2 and no <= $3 order by no`;

/**
 * The events of a task's run, in order, up to number `last`.
 * @returns none when some were removed by a version that did not keep them: part of a sequence tells nothing
 */
export async function readEvents(db: Queryable, taskId: string, last = MOST): Promise<RecordedEvent[]> {
  const rows = await db.query<{ no: number; at: Date; event: string }>(ALL, [TOPIC, taskId, last]);
  if (rows.some(({ no }, index) => Number(no) !== index + 1)) return [];
  return rows.map(({ no, at, event }) => {
    const { type, data } = JSON.parse(event) as RecordedEvent['event'];
    return { type: 'event', no: Number(no), at: at.toISOString(), event: { type, data } };
  });
}
