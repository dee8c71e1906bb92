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

/** What a transaction has appended to one task and not sent yet: it is one statement, however many entries there are. */
type Gathered = { firstSeq: number; listSeq: number | null; rows: TimelineRow[] };
type TimelineRow = { seq: number; event_id: string; event_type: string; step: number | null; data: string };

const gathered = new WeakMap<LockedTask, Gathered>();

// Without the row as it was locked, or as this process has left it, nothing has changed, and an entry of no task is what
// the table refuses.
const DUE =
  'where id = $1 and seq = $2::int - 1 and ($3::xid is null or xmin = $3::xid) returning id, xmin::text as version';

const INSERT = `insert into timeline (task_id, seq, event_id, event_type, timestamp, step, data)
  select (select id from changed), e.seq, e.event_id, e.event_type, $4, e.step, e.data
  from unnest($6::int[], $7::text[], $8::text[], $9::int[], $10::json[]) as e(seq, event_id, event_type, step, data)
  returning (select version from changed) as version`;

// A log line rewrites no plan.
const APPEND_FACTS = `with changed as (update tasks set seq = $5::int, updated_at = $4 ${DUE}) ${INSERT}`;

const APPEND_CHANGES = `with changed as (
    update tasks set seq = $5::int, updated_at = $4, list_seq = $11::int, status = $12, waiting_for = $13,
      waiting_call = $14, plan = $15, current_step = $16, error = $17, metadata = $18, spent_micro_usd = $19 ${DUE}
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
  const { seq, timestamp } = appended;
  const changes = projectEntry(task, { event_type, data: content as Record<string, unknown>, timestamp });
  const id = newId();
  const told = entry(definition, content, { id, seq, time: timestamp, ownerId: task.owner_id });
  const waiting = gathered.get(task) ?? gather(tx, task);
  waiting.rows.push({ seq, event_id: id, event_type, step, data: JSON.stringify(content) });
  if (changes) waiting.listSeq = seq;
  await outbox.add(tx, task.id, [told]);
  Object.assign(task, changes, { seq, updated_at: task.now });
  return appended;
}

function gather(tx: Tx, task: LockedTask): Gathered {
  const waiting: Gathered = { firstSeq: task.seq + 1, listSeq: null, rows: [] };
  gathered.set(task, waiting);
  // Nobody waits for it: it goes out with whatever comes next, the commit at the latest.
  tx.gather(() => {
    gathered.delete(task);
    const { firstSeq, listSeq, rows } = waiting;
    const values = [
      ...[task.id, firstSeq, task.version, task.now, task.seq],
      ...toArrays(rows),
      ...(listSeq === null ? [] : [listSeq, ...toColumns(task)]),
    ];
    tx.send<{ version: string }>(listSeq === null ? APPEND_FACTS : APPEND_CHANGES, values, ([row]) => {
      task.version = row?.version ?? null;
    });
    // The row is ours until the transaction ends.
    task.version = null;
  });
  return waiting;
}

const toArrays = (rows: readonly TimelineRow[]) => [
  rows.map(({ seq }) => seq),
  rows.map(({ event_id }) => event_id),
  rows.map(({ event_type }) => event_type),
  rows.map(({ step }) => step),
  rows.map(({ data }) => data),
];

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
