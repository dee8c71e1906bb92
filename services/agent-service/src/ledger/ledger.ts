// The ledger of a run: what was intended, what came of it. Every write holds the run's lock and checks the epoch, so a
// worker that lost its lease writes nothing.
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Outbox, OutboxEntry } from '@builder-ai/platform/outbox';
import type { Snapshot } from '../workspace/snapshot.ts';
import { type Money, moveInProject, moveInRun, NO_MONEY } from './budget.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Another worker has taken the run over: whoever sees this stops at once and writes nothing more. */
export class LeaseLost extends Error {
  constructor(taskId: string, epoch: number) {
    super(`The lease of run ${taskId} with epoch ${epoch} is lost`);
    this.name = 'LeaseLost';
  }
}

export type Fence = { taskId: string; epoch: number; ownerId: string };

export type LockedRun = { owner_id: string /** The last command of the run. */; command_no: number };

// The fence, the ledger rows and their numbers are one statement. The update locks the run until the commit: without
// that, the old owner's outcome could commit after the new owner has read the ledger. No row is updated, and none is
// inserted, once another epoch has begun.
const APPEND = `with fence as (
    update runs set ledger_no = ledger_no + coalesce(array_length($3::text[], 1), 0)
    where task_id = $1 and epoch = $2 and state = 'running'
    returning ledger_no - coalesce(array_length($3::text[], 1), 0) as before, owner_id, command_no
  ), appended as (
    insert into ledger (task_id, no, epoch, kind, step, call_id, data)
    select $1, fence.before + e.ord, $2, e.kind, e.step, e.call_id, e.data
    from fence, unnest($3::text[], $4::int[], $5::text[], $6::jsonb[]) with ordinality as e(kind, step, call_id, data, ord)
  )
  select owner_id, command_no from fence`;

export type Facts = {
  entries: LedgerEntry[];
  events?: OutboxEntry<never>[];
  /** What it does to the budgets of the run and of its project. */
  money?: Money;
  /** One statement that locks what is locked before a run. */
  before?: (tx: Tx) => Promise<void>;
  /** What else belongs into the same transaction. */
  also?: (tx: Tx, run: LockedRun) => Promise<void>;
};

/**
 * Records facts of a run: ledger rows and the events that tell of them commit together.
 * @returns the run as it was locked
 * @throws LeaseLost when another worker has the run, BudgetExceeded
 */
export async function record(db: Database, outbox: Outbox, fence: Fence, facts: Facts): Promise<LockedRun> {
  const { entries, events = [], money = NO_MONEY, before, also } = facts;
  return db.transaction(async (tx) => {
    // Sent one behind the other, so they lock in this order: a project's budget, then the run.
    const locking = [before?.(tx), moveInProject(tx, fence.ownerId, money)];
    const appending = tx.query<LockedRun>(APPEND, [
      fence.taskId,
      fence.epoch,
      entries.map((entry) => entry.kind),
      entries.map((entry) => ('step' in entry ? entry.step : null)),
      entries.map((entry) => ('call_id' in entry ? entry.call_id : null)),
      entries.map((entry) => JSON.stringify(entry)),
    ]);
    const [[run]] = await Promise.all([appending, ...locking]);
    if (!run) throw new LeaseLost(fence.taskId, fence.epoch);
    const { owner_id } = run;
    const told = events.map((event) => ({ ...event, ownerId: owner_id }));
    // Neither waits for the other: they share a round trip.
    await Promise.all([
      moveInRun(tx, fence.taskId, money),
      told.length > 0 && outbox.add(tx, fence.taskId, told),
      also?.(tx, run),
    ]);
    return run;
  });
}

/** A run's ledger in order. */
export async function readLedger(db: Database, taskId: string): Promise<LedgerEntry[]> {
  const rows = await db.query<{ data: LedgerEntry }>('select data from ledger where task_id = $1 order by no', [
    taskId,
  ]);
  return rows.map((row) => row.data);
}

/** The workspace after the last finished call, without reading what the agents said; null when nothing was made yet. */
export async function findRecordedTree(db: Database, taskId: string): Promise<Snapshot | null> {
  const [row] = await db.query<{ after: Snapshot }>(
    `select data->'after' as after from ledger
     where task_id = $1 and kind in ('tool.finished', 'step.done') and jsonb_typeof(data->'after') = 'object'
     order by no desc limit 1`,
    [taskId],
  );
  return row?.after ?? null;
}

/** The workspace after a step that was done, by the commit that keeps it; null when no step of this task ended with it. */
export async function findCommittedTree(db: Database, taskId: string, commit: string): Promise<Snapshot | null> {
  const [row] = await db.query<{ after: Snapshot | null }>(
    `select data->'after' as after from ledger
     where task_id = $1 and kind = 'step.done' and data->>'commit' = $2 order by no desc limit 1`,
    [taskId, commit],
  );
  return row?.after ?? null;
}
