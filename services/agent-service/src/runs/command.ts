// What is asked of a run: rows numbered per run, written under the run's lock, read by the run's owner between two calls.
import type { BudgetChanged } from '@builder-ai/contracts/events/budget-changed';
import type { CallResolved } from '@builder-ai/contracts/events/call-resolved';
import type { MessagePosted } from '@builder-ai/contracts/events/message-posted';
import type { PlanApproved } from '@builder-ai/contracts/events/plan-approved';
import type { QuestionAnswered } from '@builder-ai/contracts/events/question-answered';
import type { RunCancelRequested } from '@builder-ai/contracts/events/run-cancel-requested';
import type { RunPauseRequested } from '@builder-ai/contracts/events/run-pause-requested';
import type { RunRequested } from '@builder-ai/contracts/events/run-requested';
import type { RunRetryRequested } from '@builder-ai/contracts/events/run-retry-requested';
import type { Database, Tx } from '@builder-ai/platform/database';

export type Command =
  | { kind: 'run.requested'; data: Pick<RunRequested, 'job_id' | 'until' | 'steps'> }
  | { kind: 'run.retry_requested'; data: RunRetryRequested }
  | { kind: 'run.pause_requested'; data: RunPauseRequested }
  | { kind: 'run.cancel_requested'; data: RunCancelRequested }
  | { kind: 'plan.approved'; data: PlanApproved }
  | { kind: 'question.answered'; data: QuestionAnswered }
  | { kind: 'message.posted'; data: MessagePosted }
  | { kind: 'budget.changed'; data: BudgetChanged }
  | { kind: 'call.resolved'; data: CallResolved };

export type NumberedCommand = Command & { no: number };

/** Adds a command; the caller holds the run's lock. */
export async function addCommand(tx: Tx, taskId: string, command: Command): Promise<void> {
  await tx.query(
    `with numbered as (update runs set command_no = command_no + 1 where task_id = $1 returning command_no)
     insert into commands (task_id, no, kind, data) select $1, command_no, $2, $3 from numbered`,
    [taskId, command.kind, JSON.stringify(command.data)],
  );
}

/** The commands after number `seen`, oldest first. */
export async function readCommands(db: Database, taskId: string, seen: number): Promise<NumberedCommand[]> {
  return db.query<NumberedCommand>('select no, kind, data from commands where task_id = $1 and no > $2 order by no', [
    taskId,
    seen,
  ]);
}

// What neither begins nor ends anything.
const LAST = `select kind from commands
  where task_id = $1 and kind not in ('message.posted', 'budget.changed', 'run.pause_requested') order by no desc limit 1`;

/** Whether the last that was asked of a run, which has not ended, is that it end; the caller holds the run's lock. */
export async function isBeingCancelled(tx: Tx, taskId: string): Promise<boolean> {
  const [last] = await tx.query<{ kind: Command['kind'] }>(LAST, [taskId]);
  return last?.kind === 'run.cancel_requested';
}
