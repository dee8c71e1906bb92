// Reads of ledgers.
import type { Database } from '@builder-ai/platform/database';
import type { Snapshot } from '../workspace/snapshot.ts';
import type { LedgerEntry } from './ledger-entry.ts';

const MOST_ROWS = 2 ** 31 - 1;

/** A run's ledger in order. */
export async function readLedger(db: Database, taskId: string): Promise<LedgerEntry[]> {
  const rows = await db.query<{ data: LedgerEntry }>('select data from ledger where task_id = $1 order by no', [
    taskId,
  ]);
  return rows.map((row) => row.data);
}

/**
 * The workspace after the last finished call, without reading what the agents said; null when nothing was made yet.
 * @param lastRow what comes after this row is left out
 */
export async function findRecordedTree(db: Database, taskId: string, lastRow = MOST_ROWS): Promise<Snapshot | null> {
  const [row] = await db.query<{ after: Snapshot }>(
    `select data->'after' as after from ledger
     where task_id = $1 and no <= $2 and kind in ('tool.finished', 'step.done') and jsonb_typeof(data->'after') = 'object'
     order by no desc limit 1`,
    [taskId, lastRow],
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
