// A task as the database has it.
import type {
  AgentMode,
  LogEntry,
  Message,
  StepRecord,
  TaskStatus,
  TaskType,
  UncertainCall,
  WaitingReason,
} from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';

export type TaskRow = {
  id: string;
  owner_id: string;
  title: string;
  type: TaskType;
  goal: string;
  project_id: string | null;
  status: TaskStatus;
  waiting_for: WaitingReason | null;
  waiting_call: UncertainCall | null;
  plan: StepRecord[];
  current_step: number | null;
  created_at: Date;
  updated_at: Date;
  logs: LogEntry[];
  error: string | null;
  metadata: Record<string, unknown>;
  messages: Message[];
  collaboration_log: string | null;
  agent_mode: AgentMode | null;
  cap_micro_usd: number | null;
  reserved_micro_usd: number;
  spent_micro_usd: number;
  seq: number;
  deleted_at: Date | null;
};

export type NewTask = Pick<
  TaskRow,
  'id' | 'owner_id' | 'title' | 'type' | 'goal' | 'project_id' | 'metadata' | 'agent_mode' | 'cap_micro_usd'
>;

export async function insertTask(tx: Tx, task: NewTask): Promise<TaskRow> {
  const [row] = await tx.query<TaskRow>(
    `insert into tasks (id, owner_id, title, type, goal, project_id, metadata, agent_mode, cap_micro_usd)
     values ($1, $2, $3, $4, $5, $6, $7, $8, $9) returning *`,
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
  return row as TaskRow;
}

/** Reads a task and keeps it locked until the transaction ends; tombstones are returned too. */
export async function lockTask(tx: Tx, id: string): Promise<TaskRow | undefined> {
  const [row] = await tx.query<TaskRow>('select * from tasks where id = $1 for no key update', [id]);
  return row;
}

export type TaskChanges = Partial<
  Pick<
    TaskRow,
    'status' | 'waiting_for' | 'waiting_call' | 'plan' | 'current_step' | 'error' | 'metadata' | 'spent_micro_usd'
  >
>;

/** Writes what has changed, as the next timeline entry will tell. The caller holds the row's lock. */
export async function updateTask(tx: Tx, task: TaskRow, changes: TaskChanges): Promise<void> {
  const next = { ...task, ...changes };
  await tx.query(
    `update tasks set status = $2, waiting_for = $3, plan = $4, current_step = $5, error = $6, metadata = $7,
       spent_micro_usd = $8, waiting_call = $9, list_seq = seq + 1 where id = $1`,
    [
      task.id,
      next.status,
      next.waiting_for,
      JSON.stringify(next.plan),
      next.current_step,
      next.error,
      JSON.stringify(next.metadata),
      next.spent_micro_usd,
      next.waiting_for === 'uncertain' ? JSON.stringify(next.waiting_call) : null,
    ],
  );
}
