// Records facts of one run by itself: those that could not be recorded together with others', or have more to do.
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Outbox } from '@builder-ai/platform/outbox';
import { BudgetExceeded, moveInProject } from './budget.ts';
import { AlreadyRecorded, CommandArrived, LeaseLost, type RecordedRun } from './facts.ts';
import { type Recordable, sendFacts } from './record-facts.ts';

const LOCK = `select epoch = $2 and state = 'running' as mine, command_no, commit_no,
    cap_micro_usd is null or spent_micro_usd + $3 + reserved_micro_usd - $4 + $5 <= cap_micro_usd as fits
  from runs where task_id = $1 for no key update`;

/**
 * Waits for the run's lock, however long another one has it.
 * @throws LeaseLost, AlreadyRecorded, BudgetExceeded or CommandArrived: why its facts are not recorded
 */
export async function recordAlone(db: Database, outbox: Outbox, facts: Recordable): Promise<RecordedRun> {
  const { fence, money, before, also } = facts;
  return db.transaction(async (tx) => {
    // Sent one behind the other, so they lock in this order: a project's budget, then the run.
    const locking = [before?.(tx), moveInProject(tx, fence.ownerId, money)];
    const [run] = await Promise.all([lockRun(tx, facts), ...locking]);
    sendFacts(tx, [facts], ({ rows }) => tx.afterCommit(() => outbox.tell(rows)), false);
    await also?.(tx);
    return run;
  });
}

type LockedRun = { mine: boolean; command_no: number; commit_no: number; fits: boolean };

async function lockRun(tx: Tx, { fence, money, change }: Recordable): Promise<RecordedRun> {
  const { taskId, epoch } = fence;
  const values = [taskId, epoch, money.cost, money.giveBack, money.reserve];
  const [run] = await tx.query<LockedRun>(LOCK, values);
  if (!run?.mine) throw new LeaseLost(taskId, epoch);
  const { commitNo = run.commit_no } = change;
  if (run.commit_no !== commitNo) throw new AlreadyRecorded(taskId, commitNo);
  if (money.reserve > 0 && !run.fits) throw new BudgetExceeded(money, 'task');
  if (change.park && run.command_no !== change.park.seen) throw new CommandArrived();
  return { command_no: run.command_no };
}
