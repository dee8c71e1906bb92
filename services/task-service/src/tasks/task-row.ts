// A task as the database has it.
import type { AgentMode, LogEntry, Message, TaskType } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { TaskState } from './task.ts';

export type TaskRow = TaskState & {
  id: string;
  owner_id: string;
  title: string;
  type: TaskType;
  goal: string;
  project_id: string | null;
  created_at: Date;
  updated_at: Date;
  logs: LogEntry[];
  messages: Message[];
  collaboration_log: string | null;
  agent_mode: AgentMode | null;
  cap_micro_usd: number | null;
  reserved_micro_usd: number;
  seq: number;
  deleted_at: Date | null;
};

/** A row that is locked until the transaction ends, with the database's time when it was. */
export type LockedTask = TaskRow & { now: Date };

export type NewTask = Pick<
  TaskRow,
  'id' | 'owner_id' | 'title' | 'type' | 'goal' | 'project_id' | 'metadata' | 'agent_mode' | 'cap_micro_usd'
>;

/** Milliseconds: what a client is shown is what is stored. */
export const NOW = `date_trunc('milliseconds', clock_timestamp()) as now`;

export async function insertTask(tx: Tx, task: NewTask): Promise<LockedTask> {
  const [row] = await tx.query<LockedTask>(
    `insert into tasks (id, owner_id, title, type, goal, project_id, metadata, agent_mode, cap_micro_usd)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *, ${NOW}`,
    [
      task.id,
      task.owner_id,
      task.title,
      task.type,
      task.goal,
      task.project_id,
      JSON.stringify(task.metadata),
      task.agent_mode,
      task.cap_micro_usd,
    ],
  );
  return row as LockedTask;
}

/** Reads a task and keeps it locked until the transaction ends; tombstones are returned too. */
export async function lockTask(tx: Tx, id: string): Promise<LockedTask | undefined> {
  const [row] = await tx.query<LockedTask>(`select *, ${NOW} from tasks where id = $1 for no key update`, [id]);
  return row;
}
