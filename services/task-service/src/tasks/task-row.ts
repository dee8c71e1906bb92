// A task as the database has it.
import type { AgentMode, Approval, LogEntry, Message, TaskType } from '@builder-ai/contracts/task';
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
  approval: Approval;
  parent_id: string | null;
  parent_seq: number | null;
  cap_micro_usd: number | null;
  reserved_micro_usd: number;
  seq: number;
  deleted_at: Date | null;
};

/** A row that is locked until the transaction ends, with the database's time when it was. */
export type LockedTask = TaskRow & {
  now: Date;
  /** Instead of a lock: the version of the row that this process has left, which it must still be; else null. */
  version: string | null;
};

/** Milliseconds: what a client is shown is what is stored. */
export const NOW = `date_trunc('milliseconds', clock_timestamp()) as now, null as version`;

export type NewFork = Pick<
  TaskRow,
  'id' | 'goal' | 'agent_mode' | 'cap_micro_usd' | 'messages' | 'collaboration_log'
> & {
  parent: TaskRow;
  /** The entry of the parent's timeline after which it goes on. */
  seq: number;
  /** What the parent was then; of what was spent nothing is the fork's. */
  state: TaskState;
};

export async function insertFork(tx: Tx, fork: NewFork): Promise<LockedTask> {
  const state: TaskState = { ...fork.state, spent_micro_usd: 0 };
  const [row] = await tx.query<LockedTask>(
    `insert into tasks (id, owner_id, title, type, goal, project_id, metadata, agent_mode, approval, cap_micro_usd,
       status, plan, current_step, messages, collaboration_log, parent_id, parent_seq, base)
     select $2, owner_id, title, type, $3, project_id, $4, $5, approval, $6, $7, $8, $9, $10, $11, id, $12, $13
     from tasks where id = $1 returning *, ${NOW}`,
    [
      fork.parent.id,
      fork.id,
      fork.goal,
      JSON.stringify(state.metadata),
      fork.agent_mode,
      fork.cap_micro_usd,
      state.status,
      JSON.stringify(state.plan),
      state.current_step,
      JSON.stringify(fork.messages),
      fork.collaboration_log,
      fork.seq,
      JSON.stringify(state),
    ],
  );
  return row as LockedTask;
}

/** Reads a task and keeps it locked until the transaction ends; tombstones are returned too. */
export async function lockTask(tx: Tx, id: string): Promise<LockedTask | undefined> {
  const [row] = await tx.query<LockedTask>(`select *, ${NOW} from tasks where id = $1 for no key update`, [id]);
  return row;
}

export async function setCap(tx: Tx, id: string, capMicroUsd: number | null): Promise<void> {
  await tx.query('update tasks set cap_micro_usd = $2 where id = $1', [id, capMicroUsd]);
}
