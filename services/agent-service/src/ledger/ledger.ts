// The ledger of a run: what was intended, what came of it. Every write holds the run's lock and checks the epoch, so a
// worker that lost its lease writes nothing.
import type { Database, Tx } from '@builder-ai/platform/database';
import type { Outbox, OutboxEntry } from '@builder-ai/platform/outbox';
import type { LedgerEntry } from './ledger-entry.ts';

/** Another worker has taken the run over: whoever sees this stops at once and writes nothing more. */
export class LeaseLost extends Error {
  constructor(taskId: string, epoch: number) {
    super(`The lease of run ${taskId} with epoch ${epoch} is lost`);
    this.name = 'LeaseLost';
  }
}

export type LockedRun = { ledger_no: number; command_no: number; owner_id: string };

export type Fence = { taskId: string; epoch: number };

// The lock is the fence: a test inside the insert alone takes no lock, and the old owner's outcome could commit after
// the new owner has read the ledger.
const FENCE = `select ledger_no, command_no, owner_id from runs where task_id = $1 and epoch = $2 and state = 'running' for no key update`;

const APPEND = `insert into ledger (task_id, no, epoch, kind, step, call_id, data)
  select $1, $2::int + e.ord, $3, e.kind, e.step, e.call_id, e.data
  from unnest($4::text[], $5::int[], $6::text[], $7::jsonb[]) with ordinality as e(kind, step, call_id, data, ord)`;

/** @throws LeaseLost */
export async function lockRun(tx: Tx, fence: Fence): Promise<LockedRun> {
  const [run] = await tx.query<LockedRun>(FENCE, [fence.taskId, fence.epoch]);
  if (!run) throw new LeaseLost(fence.taskId, fence.epoch);
  return run;
}

export type Facts = {
  entries: LedgerEntry[];
  events?: OutboxEntry<never>[];
  /** What else belongs into the same transaction. */
  also?: (tx: Tx, run: LockedRun) => Promise<void>;
};

/**
 * Records facts of a run: ledger rows and the events that tell of them commit together.
 * @throws LeaseLost when another worker has the run
 */
export async function record(db: Database, outbox: Outbox, fence: Fence, facts: Facts): Promise<void> {
  await db.transaction(async (tx) => {
    const run = await lockRun(tx, fence);
    const { entries } = facts;
    if (entries.length > 0) {
      await tx.query(APPEND, [
        fence.taskId,
        run.ledger_no,
        fence.epoch,
        entries.map((entry) => entry.kind),
        entries.map((entry) => ('step' in entry ? entry.step : null)),
        entries.map((entry) => ('call_id' in entry ? entry.call_id : null)),
        entries.map((entry) => JSON.stringify(entry)),
      ]);
      await tx.query('update runs set ledger_no = $2 where task_id = $1', [
        fence.taskId,
        run.ledger_no + entries.length,
      ]);
    }
    if (facts.events?.length) {
      await outbox.add(
        tx,
        fence.taskId,
        facts.events.map((event) => ({ ...event, ownerId: run.owner_id })),
      );
    }
    await facts.also?.(tx, run);
  });
}

/** A run's ledger in order. */
export async function readLedger(db: Database, taskId: string): Promise<LedgerEntry[]> {
  const rows = await db.query<{ data: LedgerEntry }>('select data from ledger where task_id = $1 order by no', [
    taskId,
  ]);
  return rows.map((row) => row.data);
}
