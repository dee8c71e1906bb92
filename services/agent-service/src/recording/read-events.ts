// What a run told: the events that it committed. They lie in the outbox until some time after they were published.
import type { Queryable } from '@builder-ai/platform/database';
import type { RecordedEvent } from './recording.ts';

const TOPIC = 'agent.events';

/**
 * The events of a task's run, in order.
 * @returns none when the first of them were removed already: part of a sequence tells nothing
 */
export async function readEvents(db: Queryable, taskId: string): Promise<RecordedEvent[]> {
  const rows = await db.query<{ no: number; at: Date; event: string }>(
    'select no, created_at as at, event from outbox where topic = $1 and key = $2 order by no',
    [TOPIC, taskId],
  );
  if (Number(rows[0]?.no) !== 1) return [];
  return rows.map(({ no, at, event }) => {
    const { type, data } = JSON.parse(event) as RecordedEvent['event'];
    return { type: 'event', no: Number(no), at: at.toISOString(), event: { type, data } };
  });
}
