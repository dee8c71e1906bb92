// Appends to a task's timeline: the entry, its gap-free `seq` and the event that tells of it commit together.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type Outbox } from '@builder-ai/platform/outbox';

export type Appended = { seq: number; timestamp: string };

export type TimelineTask = { id: string; owner_id: string };

/**
 * @param data the entry's data, or a function of its number and time (a log entry carries both)
 * @param step the index of the step it belongs to, for the step's own logs
 */
export async function appendToTimeline<Data>(
  tx: Tx,
  outbox: Outbox,
  task: TimelineTask,
  definition: EventDefinition<Data>,
  data: Data | ((appended: Appended) => Data),
  step: number | null = null,
): Promise<Appended> {
  // The update locks the task's row until the commit: two writers get two numbers, one after the other.
  const [row] = await tx.query<{ seq: number; now: Date }>(
    `update tasks set seq = seq + 1, updated_at = date_trunc('milliseconds', clock_timestamp()) where id = $1
     returning seq, updated_at as now`,
    [task.id],
  );
  if (!row) throw new Error(`Task ${task.id} has no row.`);
  const appended = { seq: row.seq, timestamp: row.now.toISOString() };
  const content = typeof data === 'function' ? (data as (appended: Appended) => Data)(appended) : data;
  const id = newId();
  await tx.query(
    `insert into timeline (task_id, seq, event_id, event_type, timestamp, step, data) values ($1, $2, $3, $4, $5, $6, $7)`,
    [task.id, row.seq, id, toEventType(definition.type), row.now, step, JSON.stringify(content)],
  );
  await outbox.add(tx, task.id, [
    entry(definition, content, { id, seq: row.seq, time: appended.timestamp, ownerId: task.owner_id }),
  ]);
  return appended;
}

/** `step.started` on the bus is `step_started` for clients. */
export function toEventType(type: string): string {
  return type.replaceAll('.', '_');
}
