// The invariants of runs: the ledger has no gap, money adds up, what the ledger calls the workspace exists, and no run is
// left behind by a worker that is gone.
import { existsSync } from 'node:fs';
import type { Database, Queryable } from '@builder-ai/platform/database';
import { type Finding, finder } from '@builder-ai/platform/doctor/finding';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { findRecordedTree, readLedger } from '../ledger/read-ledger.ts';
import { git } from '../workspace/git.ts';
import { isNothing } from '../workspace/snapshot.ts';
import { repositoryOf, taskDirectory } from '../workspace/workspace.ts';

const SERVICE = 'agent-service';
const PAGE = 200;

/** A lease that ended so long ago was taken over by nobody. */
const ABANDONED_SECONDS = 10;

type RunRow = { task_id: string; state: string; ledger_no: number; reserved: number; spent: number };

/** @param workspaceRoot where workspaces are; null leaves them out */
export async function checkRuns(db: Database, workspaceRoot: string | null): Promise<Finding[]> {
  const removed = workspaceRoot ? await checkRemoved(db, workspaceRoot) : [];
  const findings = [...removed, ...(await checkGaps(db)), ...(await checkLeases(db)), ...(await checkProjects(db))];
  for (let after = ''; ; ) {
    const page = await db.query<RunRow>(
      `select task_id, state, ledger_no, reserved_micro_usd as reserved, spent_micro_usd as spent
       from runs where task_id > $1 and removed_at is null order by task_id limit $2`,
      [after, PAGE],
    );
    for (const run of page) {
      // A run that is being driven changes while it is read; its ledger is looked at when it stops.
      if (run.state === 'idle' || run.state === 'ended') findings.push(...(await checkMoney(db, run)));
      if (workspaceRoot) findings.push(...(await checkWorkspace(db, workspaceRoot, run.task_id)));
    }
    const last = page.at(-1);
    if (!last || page.length < PAGE) return findings;
    after = last.task_id;
  }
}

async function checkGaps(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'ledger-gap');
  const rows = await db.query<{ task_id: string; ledger_no: number; n: number; last: number }>(
    `select runs.task_id, ledger_no, count(ledger.no) as n, coalesce(max(ledger.no), 0) as last
     from runs left join ledger on ledger.task_id = runs.task_id
     group by runs.task_id, ledger_no
     having count(ledger.no) <> ledger_no or coalesce(max(ledger.no), 0) <> ledger_no`,
  );
  return rows.map(({ task_id, ledger_no, n, last }) =>
    found(task_id, `the run is at row ${ledger_no}; its ledger has ${n} rows up to ${last}`),
  );
}

/** Of a run that was removed nothing is on the disk. */
async function checkRemoved(db: Queryable, root: string): Promise<Finding[]> {
  const found = finder(SERVICE, 'deleted-files');
  const rows = await db.query<{ task_id: string }>('select task_id from runs where removed_at is not null');
  return rows
    .filter(({ task_id }) => existsSync(taskDirectory(root, task_id)))
    .map(({ task_id }) => found(task_id, 'the task is deleted, yet its directory is there'));
}

async function checkLeases(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'lease');
  const rows = await db.query<{ task_id: string; holder: string }>(
    `select task_id, holder from runs
     where state = 'running' and lease_expires_at < clock_timestamp() - $1 * interval '1 second'`,
    [ABANDONED_SECONDS],
  );
  return rows.map(({ task_id, holder }) =>
    found(task_id, `worker ${holder} is gone and nobody has taken the run over`),
  );
}

/** A project's budget holds what its runs and conversations hold; one statement sees all of it at one moment. */
async function checkProjects(db: Queryable): Promise<Finding[]> {
  const found = finder(SERVICE, 'project-budget');
  const rows = await db.query<{ owner_id: string; reserved: number; spent: number; r: number; s: number }>(
    `with parts as (
       select owner_id, reserved_micro_usd as r, spent_micro_usd as s from runs
       union all select owner_id, reserved_micro_usd, spent_micro_usd from conversations
     ), sums as (select owner_id, sum(r)::bigint as r, sum(s)::bigint as s from parts group by owner_id)
     select coalesce(budgets.owner_id, sums.owner_id) as owner_id, coalesce(r, 0) as r, coalesce(s, 0) as s,
       coalesce(reserved_micro_usd, 0) as reserved, coalesce(spent_micro_usd, 0) as spent
     from budgets full join sums on sums.owner_id = budgets.owner_id
     where coalesce(budgets.owner_id, sums.owner_id) not in (select owner_id from deleted_owners)
       and (coalesce(reserved_micro_usd, 0), coalesce(spent_micro_usd, 0)) is distinct from (coalesce(r, 0), coalesce(s, 0))`,
  );
  return rows.map(({ owner_id, reserved, spent, r, s }) =>
    found(
      owner_id,
      `the project says ${reserved} reserved and ${spent} spent, its tasks and conversations ${r} and ${s} (micro-dollars)`,
    ),
  );
}

async function checkMoney(db: Database, run: RunRow): Promise<Finding[]> {
  const found = finder(SERVICE, 'budget');
  const { reserved, spent } = addUp(await readLedger(db, run.task_id));
  if (reserved === run.reserved && spent === run.spent) return [];
  const say = (amounts: { reserved: number; spent: number }) =>
    `${amounts.reserved} reserved and ${amounts.spent} spent`;
  return [found(run.task_id, `the run says ${say(run)}, its ledger ${say({ reserved, spent })} (micro-dollars)`)];
}

/** What a ledger says is reserved for calls in flight, and spent. */
export function addUp(entries: readonly LedgerEntry[]): { reserved: number; spent: number } {
  const open = new Map<string, number>();
  let spent = 0;
  for (const entry of entries) {
    if (entry.kind === 'run.forked') {
      // What its parent's calls cost is not the fork's.
      open.clear();
      spent = 0;
    }
    if (entry.kind === 'model.intended') open.set(entry.call_id, entry.reserved_micro_usd ?? 0);
    else if (entry.kind === 'model.answered' || entry.kind === 'model.unknown' || entry.kind === 'model.failed')
      open.delete(entry.call_id);
    if (entry.kind === 'model.answered') spent += entry.usage?.cost_micro_usd ?? 0;
    if (entry.kind === 'model.unknown') spent += entry.cost_micro_usd;
  }
  return { reserved: [...open.values()].reduce((sum, amount) => sum + amount, 0), spent };
}

async function checkWorkspace(db: Database, root: string, taskId: string): Promise<Finding[]> {
  const snapshot = await findRecordedTree(db, taskId);
  if (!snapshot || isNothing(snapshot)) return [];
  try {
    // Reads every object that the tree names: one that is missing or damaged is an error.
    await git(['rev-list', '--objects', '--quiet', snapshot.tree], { gitDir: repositoryOf(root, taskId) });
    return [];
  } catch (error) {
    return [finder(SERVICE, 'workspace')(taskId, `the recorded workspace cannot be read: ${(error as Error).message}`)];
  }
}
