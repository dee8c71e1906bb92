// Every query on runs but the fence (ledger.ts).
import type { RunRequested } from '@builder-ai/contracts/events/run-requested';
import type { TaskForked } from '@builder-ai/contracts/events/task-forked';
import type { RunUntil } from '@builder-ai/contracts/task';
import type { Database, Queryable, Tx } from '@builder-ai/platform/database';
import { currentContext } from '@builder-ai/platform/request-context';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { addCommand, type Command } from './command.ts';
import { leaseMsOf } from './lease-length.ts';
import type { ClaimedRun, RunState } from './run.ts';

/** Of the project that a new run belongs to. */
const DEFAULT_CAP = '(select default_task_cap_micro_usd from budgets where owner_id = $2)';

/**
 * Makes the run ready for a command, or makes the run.
 * @param defaultCap what a new run may spend where neither the command nor its project says
 * @returns the state it was in before; 'ended' and 'running' runs are left as they are
 */
export async function makeReady(
  tx: Tx,
  taskId: string,
  command: RunRequested,
  previewToken: string,
  defaultCap: number | null = null,
): Promise<RunState | 'new'> {
  const { job_id, until, cap_micro_usd = null, approval = 'none', steps } = command;
  const requested: Command = { kind: 'run.requested', data: { job_id, until, ...(steps && { steps }) } };
  const made = await tx.query(MAKE, [
    taskId,
    command.owner_id,
    command.goal,
    command.task_type,
    command.agent_mode,
    job_id,
    until,
    cap_micro_usd,
    previewToken,
    approval,
    requested.kind,
    JSON.stringify(requested.data),
    currentContext().traceparent,
    defaultCap,
  ]);
  if (made.length > 0) return 'new';
  const known = (await lockRunState(tx, taskId)) ?? 'ended';
  if (known !== 'idle') return known;
  await tx.query('update runs set cap_micro_usd = $2 where task_id = $1', [taskId, cap_micro_usd]);
  await readyForJob(tx, taskId, job_id, until);
  await addCommand(tx, taskId, requested);
  return known;
}

// A run and its first command, unless there is one already; and a budget of its project, which its calls are counted in.
const MAKE = `with made as (
    insert into runs (task_id, owner_id, goal, task_type, agent_mode, job_id, until, state, cap_micro_usd,
      preview_token, approval, traceparent, command_no)
    values ($1, $2, $3, $4, $5, $6, $7, 'ready', coalesce($8, ${DEFAULT_CAP}, $14), $9, $10, $13, 1)
    on conflict (task_id) do nothing
    returning task_id
  ), payer as (
    insert into budgets (owner_id) values ($2) on conflict (owner_id) do nothing
  )
  insert into commands (task_id, no, kind, data) select task_id, 1, $11, $12 from made returning 1`;

// Rows of a parent have epoch 0, which no worker has: what they cost was not spent by this run.
const FORK = `with run as (
    insert into runs (task_id, owner_id, goal, task_type, agent_mode, job_id, until, state, cap_micro_usd, preview_token,
      parent_id, ledger_no)
    values ($1, $2, $3, $4, $5, '', 'end', 'idle', coalesce($6, ${DEFAULT_CAP}, $11), $7, $8, $9 + 1)
  ), taken as (
    insert into ledger (task_id, no, epoch, kind, step, call_id, data, at)
    select $1, no, 0, kind, step, call_id, data, at from ledger where task_id = $8 and no <= $9
  )
  insert into ledger (task_id, no, epoch, kind, data) values ($1, $9 + 1, 0, 'run.forked', $10)`;

/** Makes an idle run with the first rows of its parent's ledger. */
export async function insertForkedRun(
  tx: Tx,
  taskId: string,
  fork: TaskForked,
  lastRow: number,
  previewToken: string,
  defaultCap: number | null,
): Promise<void> {
  const { owner_id, goal, task_type, agent_mode, cap_micro_usd, parent_id, parent_seq } = fork;
  const forked: LedgerEntry = { kind: 'run.forked', parent_id, parent_seq };
  await tx.query(FORK, [
    taskId,
    owner_id,
    goal,
    task_type,
    agent_mode,
    cap_micro_usd,
    previewToken,
    parent_id,
    lastRow,
    JSON.stringify(forked),
    defaultCap,
  ]);
}

/** The run's state, locked until the transaction ends; undefined when there is no such run, or its task was deleted. */
export async function lockRunState(tx: Tx, taskId: string): Promise<RunState | undefined> {
  const [run] = await tx.query<{ state: RunState }>(
    'select state from runs where task_id = $1 and deleted_at is null for no key update',
    [taskId],
  );
  return run?.state;
}

/** The run may be claimed to look at its commands, for the job it was last driven for; the caller holds its lock. */
export async function readyForCommand(tx: Tx, taskId: string): Promise<void> {
  await tx.query(
    `update runs set state = 'ready', holder = null, ready_at = clock_timestamp(), waits_for_project = false
     where task_id = $1 and state = 'idle'`,
    [taskId],
  );
}

/** An idle run may be claimed for a job from now on; the caller holds its lock. */
export async function readyForJob(tx: Tx, taskId: string, jobId: string, until: RunUntil): Promise<void> {
  await tx.query(
    `update runs set state = 'ready', holder = null, job_id = $2, until = $3, recoveries = 0, waits_for_project = false,
       ready_at = clock_timestamp(), job_at = clock_timestamp(), traceparent = $4 where task_id = $1`,
    [taskId, jobId, until, currentContext().traceparent],
  );
}

const RECOVERIES = `recoveries + case when candidate.state = 'running' then 1 else 0 end`;

// The runs whose worker stopped renewing its lease, and the oldest that are ready. The epoch rises with the claim, so whatever
// the old worker still writes is refused. All by the database's clock. A ready run that has a holder was handed over.
// The commands are those that were there when the statement began: a later one shows by command_no.
// Each of the two is read in its index's order: so what has left it since it was last cleared is passed over, not looked up.
const CLAIM = `with left_behind as (
    select task_id, state, holder from runs
    where state = 'running' and lease_expires_at < (select clock_timestamp())
    order by lease_expires_at
    limit $2
    for no key update skip locked
  ), ready as (
    select task_id, state, holder from runs
    where state = 'ready'
    order by ready_at
    limit $2 - (select count(*) from left_behind)
    for no key update skip locked
  ), candidate as (
    select * from left_behind union all select * from ready
  )
  update runs set
    state = 'running', epoch = epoch + 1, holder = $1, commit_no = 0,
    lease_expires_at = clock_timestamp() + ${leaseMsOf(RECOVERIES)} * interval '1 millisecond',
    recoveries = ${RECOVERIES}
  from candidate where runs.task_id = candidate.task_id
  returning runs.task_id, owner_id, goal, task_type, agent_mode, approval, job_id, job_at, until, epoch, recoveries,
    ledger_no, command_no, seen_command_no, traceparent,
    (select coalesce(json_agg(json_build_object('no', c.no, 'kind', c.kind, 'data', c.data) order by c.no), '[]')
      from commands c where c.task_id = runs.task_id and c.no > runs.seen_command_no) as commands,
    candidate.holder is not null as taken_over`;

/** @returns the runs that are due, `limit` at most, in no order */
export async function claimRuns(db: Queryable, holder: string, limit: number): Promise<ClaimedRun[]> {
  return db.query<ClaimedRun>(CLAIM, [holder, limit]);
}

export async function claimRun(db: Queryable, holder: string): Promise<ClaimedRun | undefined> {
  const [run] = await claimRuns(db, holder, 1);
  return run;
}

/** Hands a run over: any worker may claim it at once, and that is no take-over that counts. */
export async function handOverRun(db: Queryable, taskId: string, epoch: number): Promise<void> {
  await db.query(
    `update runs set state = 'ready', lease_expires_at = null, ready_at = clock_timestamp()
     where task_id = $1 and epoch = $2 and state = 'running'`,
    [taskId, epoch],
  );
}

/** In the transaction that parks it. */
export async function noteWaitForProject(tx: Tx, taskId: string): Promise<void> {
  await tx.query('update runs set waits_for_project = true where task_id = $1', [taskId]);
}

/** A run that was interrupted is claimed again when this time is over, no longer renewed by this process. */
export async function abandonRun(db: Queryable, taskId: string, epoch: number): Promise<void> {
  await db.query(
    `update runs set holder = 'abandoned', lease_expires_at = clock_timestamp() + interval '1 second'
     where task_id = $1 and epoch = $2 and state = 'running'`,
    [taskId, epoch],
  );
}

export type RunFiles = { owner_id: string; preview_token: string; cap_micro_usd: number | null };

export async function setCap(tx: Tx, taskId: string, capMicroUsd: number | null): Promise<void> {
  await tx.query('update runs set cap_micro_usd = $2 where task_id = $1', [taskId, capMicroUsd]);
}

/** Not one whose task was deleted. */
export async function findRun(db: Queryable, taskId: string): Promise<RunFiles | undefined> {
  const [row] = await db.query<RunFiles>(
    'select owner_id, preview_token, cap_micro_usd from runs where task_id = $1 and deleted_at is null',
    [taskId],
  );
  return row;
}

export async function findTaskByPreviewToken(db: Database, token: string): Promise<string | undefined> {
  const [row] = await db.query<{ task_id: string }>(
    'select task_id from runs where preview_token = $1 and deleted_at is null',
    [token],
  );
  return row?.task_id;
}
