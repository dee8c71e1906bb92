// Appends to a task's timeline: the entry, its gap-free `seq`, what it changes of the task's row and the event that tells
// of it commit together.
import type { EventDefinition } from '@builder-ai/contracts/event';
import type { Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type Outbox } from '@builder-ai/platform/outbox';
import type { TaskState } from './task.ts';
import { projectEntry } from './task-projection.ts';
import type { LockedTask } from './task-row.ts';
import { toEventType } from './timeline-event-type.ts';

export type Appended = { seq: number; timestamp: string };

// Without the row as it was locked nothing has changed, and an entry of no task is what the table refuses.
const INSERT = `insert into timeline (task_id, seq, event_id, event_type, timestamp, step, data)
  values ((select id from changed), $2, $4, $5, $3, $6, $7)`;

// A log line rewrites no plan.
const APPEND_FACT = `with changed as (
    update tasks set seq = $2, updated_at = $3 where id = $1 and seq = $2 - 1 returning id
  ) ${INSERT}`;

const APPEND_CHANGE = `with changed as (
    update tasks set seq = $2, updated_at = $3, list_seq = $2, status = $8, waiting_for = $9, waiting_call = $10,
      plan = $11, current_step = $12, error = $13, metadata = $14, spent_micro_usd = $15
    where id = $1 and seq = $2 - 1 returning id
  ) ${INSERT}`;

/**
 * @param task the task as it was locked in this transaction; it is brought up to date
 * @param data the entry's data, or a function of its number and time (a log entry carries both)
 * @param step the index of the step it belongs to, for the step's own logs
 */
export async function appendToTimeline<Data>(
  tx: Tx,
  outbox: Outbox,
  task: LockedTask,
  definition: EventDefinition<Data>,
  data: Data | ((appended: Appended) => Data),
  step: number | null = null,
): Promise<Appended> {
  const appended = { seq: task.seq + 1, timestamp: task.now.toISOString() };
  const content = typeof data === 'function' ? (data as (appended: Appended) => Data)(appended) : data;
  const event_type = toEventType(definition.type);
  const { timestamp } = appended;
  const changes = projectEntry(task, { event_type, data: content as Record<string, unknown>, timestamp });
  const id = newId();
  const values = [task.id, appended.seq, task.now, id, event_type, step, JSON.stringify(content)];
  const told = entry(definition, content, { id, seq: appended.seq, time: timestamp, ownerId: task.owner_id });
  // Nobody waits for them: they go out with whatever comes next, the commit at the latest.
  if (changes) tx.send(APPEND_CHANGE, [...values, ...toColumns({ ...task, ...changes })]);
  else tx.send(APPEND_FACT, values);
  await outbox.add(tx, task.id, [told]);
  Object.assign(task, changes, { seq: appended.seq, updated_at: task.now });
  return appended;
}

function toColumns(state: TaskState): unknown[] {
  return [
    state.status,
    state.waiting_for,
    state.waiting_call && JSON.stringify(state.waiting_call),
    JSON.stringify(state.plan),
    state.current_step,
    state.error,
    JSON.stringify(state.metadata),
    state.spent_micro_usd,
  ];
}
