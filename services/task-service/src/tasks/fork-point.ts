// Where a fork goes on: the last thing of its parent's run that belongs to it, and what the parent was then.
import type { ForkPoint } from '@builder-ai/contracts/events/task-forked';
import { BOUNDED_LIST_LENGTH, type Message } from '@builder-ai/contracts/task';
import type { Tx } from '@builder-ai/platform/database';
import type { TaskState } from './task.ts';
import { foldTimeline, NEW_TASK } from './task-projection.ts';
import type { TaskRow } from './task-row.ts';
import { toCollaborationLog, toMessage } from './task-view.ts';

export type FoundPoint = {
  /** The entry of the parent's timeline after which the fork goes on. */
  seq: number;
  after: ForkPoint | null;
  state: TaskState;
  messages: Message[];
  collaborationLog: string | null;
};

type Entry = { seq: number; event_type: string; timestamp: Date; data: Record<string, unknown> };

/**
 * @param at a fork begins with that step, or after the last call that was finished by that entry
 * @returns undefined when the parent has not come to that step
 */
export async function findForkPoint(
  tx: Tx,
  parent: TaskRow,
  at: { step: number } | { seq: number },
): Promise<FoundPoint | undefined> {
  const entries = await tx.query<Entry>(
    `select seq, event_type, timestamp, data from timeline where task_id = $1 and event_type <> 'log_added' order by seq`,
    [parent.id],
  );
  const last = entries.findLast((entry) =>
    'step' in at ? begins(entry, at.step) : isPoint(entry) && entry.seq <= at.seq,
  );
  if (!last && 'step' in at) return undefined;
  const seq = last?.seq ?? 1;
  const before = entries.filter((entry) => entry.seq <= seq);
  const [row] = await tx.query<{ base: TaskState | null }>('select base from tasks where id = $1', [parent.id]);
  const folded = foldTimeline(
    before.map((entry) => ({ ...entry, timestamp: entry.timestamp.toISOString() })),
    row?.base ?? NEW_TASK,
  );
  const said = before.filter(({ event_type }) => event_type === 'message_added').map(toMessage);
  return {
    seq,
    after: last ? toForkPoint(last) : null,
    state: {
      ...folded,
      status: folded.plan.length > 0 ? 'in_progress' : 'queued',
      waiting_for: null,
      waiting_call: null,
      error: null,
    },
    messages: [...parent.messages, ...said].slice(-BOUNDED_LIST_LENGTH),
    collaborationLog: toCollaborationLog(parent.collaboration_log, said),
  };
}

function isPoint({ event_type }: Entry): boolean {
  return ['plan_created', 'plan_updated', 'step_completed', 'tool_finished'].includes(event_type);
}

/** The first step begins when there is a plan, each other one when the one before it is done. */
function begins({ event_type, data }: Entry, step: number): boolean {
  if (step === 0) return event_type === 'plan_created';
  return event_type === 'step_completed' && data.index === step - 1;
}

function toForkPoint({ event_type, data }: Entry): ForkPoint {
  if (event_type === 'tool_finished')
    return { kind: 'call', step: data.step as number, call_id: data.call_id as string };
  return event_type === 'step_completed' ? { kind: 'step', step: data.index as number } : { kind: 'plan' };
}
