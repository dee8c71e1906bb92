// Puts a Task answer together: the row, and the newest log lines and messages from its timeline.
import { BOUNDED_LIST_LENGTH, type LogEntry, type Message, type Task } from '@builder-ai/contracts/task';
import type { Queryable } from '@builder-ai/platform/database';
import type { TaskRow } from './task-row.ts';

type Line = { step: number | null; timestamp: Date; data: Record<string, unknown> };

const NEWEST = `select step, timestamp, data from timeline where task_id = $1 and event_type = $2
  order by seq desc limit ${BOUNDED_LIST_LENGTH}`;

const NEWEST_OF_STEPS = `select line.step, line.timestamp, line.data
  from generate_series(0, $2::int - 1) as s(step)
  cross join lateral (
    select step, timestamp, data, seq from timeline
    where task_id = $1 and step = s.step and event_type = 'log_added'
    order by seq desc limit ${BOUNDED_LIST_LENGTH}
  ) line
  order by line.seq`;

/** The whole Task, with lists bounded to their newest entries. */
export async function toTask(db: Queryable, row: TaskRow): Promise<Task> {
  // One after the other: inside a transaction there is only one connection to ask.
  const logs = await db.query<Line>(NEWEST, [row.id, 'log_added']);
  const stepLogs = row.plan.length > 0 ? await db.query<Line>(NEWEST_OF_STEPS, [row.id, row.plan.length]) : [];
  const messages = await db.query<Line>(NEWEST, [row.id, 'message_added']);
  const said = messages.reverse().map(toMessage);
  return {
    ...toSummary(row),
    logs: newest(row.logs, logs.reverse().map(toLog)),
    plan: row.plan.map((step) => ({
      ...step,
      logs: newest(
        row.logs.filter((line) => line.step === step.index),
        stepLogs.filter((line) => line.step === step.index).map(toLog),
      ),
    })),
    messages: newest(row.messages, said),
    collaboration_log: toCollaborationLog(row.collaboration_log, said),
  };
}

/** What a list reads of a task. */
export type SummaryRow = Omit<TaskRow, 'logs' | 'messages' | 'collaboration_log'>;

/** A Task without its log lines, messages and transcript, as lists show it. */
export function toSummary(row: SummaryRow): Task {
  return {
    id: row.id,
    title: row.title,
    type: row.type,
    goal: row.goal,
    project_id: row.project_id,
    status: row.status,
    waiting_for: row.waiting_for,
    waiting_call: row.waiting_call,
    plan: row.plan.map((step) => ({ ...step, logs: [] })),
    current_step: row.current_step,
    created_at: row.created_at.toISOString(),
    updated_at: row.updated_at.toISOString(),
    logs: [],
    error: row.error,
    metadata: row.metadata,
    messages: [],
    collaboration_log: null,
    agent_mode: row.agent_mode,
    approval: row.approval,
    forked_from: row.parent_id === null ? null : { task_id: row.parent_id, seq: row.parent_seq ?? 1 },
    budget: {
      cap_micro_usd: row.cap_micro_usd,
      reserved_micro_usd: row.reserved_micro_usd,
      spent_micro_usd: row.spent_micro_usd,
    },
    seq: row.seq,
  };
}

function newest<T>(imported: T[], live: T[]): T[] {
  return [...imported, ...live].slice(-BOUNDED_LIST_LENGTH);
}

function toLog(line: Line): LogEntry {
  return line.data as unknown as LogEntry;
}

export function toMessage(line: Pick<Line, 'timestamp' | 'data'>): Message {
  const { role, agent, content } = line.data as Omit<Message, 'timestamp'>;
  return { role, agent, content, timestamp: line.timestamp.toISOString() };
}

/** What the agents said to each other, readably, after the transcript that an import brought along. */
export function toCollaborationLog(imported: string | null, messages: Message[]): string | null {
  const lines = messages.map((message) => `[${message.agent ?? message.role}] ${message.content}`);
  const parts = imported ? [imported, ...lines] : lines;
  return parts.length > 0 ? parts.join('\n') : null;
}
