// The rows of new tasks, their first timeline entries and the events that tell of them, of many in one transaction: no task
// exists that nobody was told about.
import { taskCreated } from '@builder-ai/contracts/events/task-created';
import type { Tx } from '@builder-ai/platform/database';
import { newId } from '@builder-ai/platform/new-id';
import { entry, type Outbox } from '@builder-ai/platform/outbox';
import { type RequestContext, withContext } from '@builder-ai/platform/request-context';
import type { LockedTask, TaskRow } from './task-row.ts';
import { toEventType } from './timeline-event-type.ts';

export type NewTask = Pick<
  TaskRow,
  | 'id'
  | 'owner_id'
  | 'title'
  | 'type'
  | 'goal'
  | 'project_id'
  | 'metadata'
  | 'agent_mode'
  | 'approval'
  | 'cap_micro_usd'
>;

/** A task with the request that it is made for: its event belongs to the same trace. */
export type AskedTask = { task: NewTask; context: RequestContext };

// Milliseconds: what a client is shown is what is stored.
const INSERT_TASKS = `insert into tasks (id, owner_id, title, type, goal, project_id, metadata, agent_mode, approval, cap_micro_usd,
    seq, created_at, updated_at)
  select n.id, n.owner_id, n.title, n.type, n.goal, n.project_id, n.metadata::jsonb, n.agent_mode, n.approval, n.cap_micro_usd,
    1, clock.now, clock.now
  from unnest($1::text[], $2::text[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[], $9::text[], $10::bigint[])
      as n(id, owner_id, title, type, goal, project_id, metadata, agent_mode, approval, cap_micro_usd),
    (select date_trunc('milliseconds', clock_timestamp()) as now) as clock
  where not exists (select 1 from deleted_owners where deleted_owners.owner_id = n.owner_id)
  returning *, updated_at as now, null as version`;

const INSERT_ENTRIES = `insert into timeline (task_id, seq, event_id, event_type, timestamp, data)
  select e.task_id, 1, e.event_id, $5, e.timestamp, e.data
  from unnest($1::text[], $2::text[], $3::timestamptz[], $4::json[]) as e(task_id, event_id, timestamp, data)`;

/** @returns in the same order; undefined where the project, or the user whose personal one it is, was deleted */
export async function insertTasks(
  tx: Tx,
  outbox: Outbox,
  all: readonly AskedTask[],
): Promise<(LockedTask | undefined)[]> {
  const rows = await tx.query<LockedTask>(INSERT_TASKS, toColumns(all.map(({ task }) => task)));
  const rowOf = new Map(rows.map((row) => [row.id, row]));
  const made = all.flatMap(({ task, context }) => {
    const row = rowOf.get(task.id);
    return row ? [{ row, context, id: newId(), data: toEntry(row) }] : [];
  });
  tx.send(INSERT_ENTRIES, [
    made.map(({ row }) => row.id),
    made.map(({ id }) => id),
    made.map(({ row }) => row.now),
    made.map(({ data }) => JSON.stringify(data)),
    toEventType(taskCreated.type),
  ]);
  for (const { row, context, id, data } of made) {
    const told = entry(taskCreated, data, { id, seq: 1, time: row.now.toISOString(), ownerId: row.owner_id });
    await withContext(context, () => outbox.add(tx, row.id, [told]));
  }
  return all.map(({ task }) => rowOf.get(task.id));
}

const toEntry = ({ title, goal, type, project_id }: NewTask) => ({ title, goal, type, project_id });

const toColumns = (tasks: readonly NewTask[]): unknown[] => [
  tasks.map(({ id }) => id),
  tasks.map(({ owner_id }) => owner_id),
  tasks.map(({ title }) => title),
  tasks.map(({ type }) => type),
  tasks.map(({ goal }) => goal),
  tasks.map(({ project_id }) => project_id),
  tasks.map(({ metadata }) => JSON.stringify(metadata)),
  tasks.map(({ agent_mode }) => agent_mode),
  tasks.map(({ approval }) => approval),
  tasks.map(({ cap_micro_usd }) => cap_micro_usd),
];
