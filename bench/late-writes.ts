// Finds what the owners of runs wrote when it was no longer theirs to write. Triggers in the service's database note, of
// each ledger and outbox row, the run's epoch at that moment and whether the writing transaction held the run's lock:
// the service itself does not know of them. Workspaces are compared with the ledger: what `main` has and the ledger of
// the run does not, or not in this order, somebody committed who had lost the run.
import { execFile } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { promisify } from 'node:util';
import type pg from 'pg';

const WATCH = `create table bench_writes (
    kind text not null, task_id text not null, written_under bigint, epoch bigint, holds_lock boolean);
  create function bench_note() returns trigger language plpgsql as $$
  declare
    task text := case tg_table_name when 'ledger' then to_jsonb(new) ->> 'task_id' else to_jsonb(new) ->> 'key' end;
  begin
    insert into bench_writes
    select tg_table_name, task,
      case tg_table_name when 'ledger' then (to_jsonb(new) ->> 'epoch')::bigint else (
        -- Rows of one transaction: its ledger rows say under which epoch it writes.
        select max(epoch) from ledger where task_id = task and xmin = pg_current_xact_id()::xid) end,
      runs.epoch, runs.xmin = pg_current_xact_id()::xid
    from (select 1) one left join runs on runs.task_id = task;
    return null;
  end $$;
  create trigger bench_note after insert on ledger for each row execute function bench_note();
  create trigger bench_note after insert on outbox for each row execute function bench_note()`;

/** Before the first run. @throws when what is late would not be seen */
export async function watchWrites(pool: pg.Pool): Promise<void> {
  await pool.query(WATCH);
  const client = await pool.connect();
  try {
    await client.query(`begin; ${LATE}`);
    const seen = await countLateRows(client);
    if (seen.ledger !== 1 || seen.outbox !== 1) throw new Error(`Late writes are not seen: ${JSON.stringify(seen)}`);
  } finally {
    await client.query('rollback');
    client.release();
  }
}

// A ledger row under epoch 1 of a run that has epoch 2, and an event in that transaction.
const LATE = `insert into runs (task_id, owner_id, goal, task_type, job_id, until, state, epoch, preview_token)
    values ('late', 'o', 'g', 'build', 'j', 'end', 'running', 2, 'late');
  insert into ledger (task_id, no, epoch, kind, data) values ('late', 1, 1, 'late', '{}');
  insert into outbox (id, topic, key, no, event) values (gen_random_uuid(), 'agent.events', 'late', 1, '{}')`;

export type LateRows = { ledger: number; outbox: number; ledgerRows: number; outboxRows: number };

/**
 * A row is late that was written under an epoch lower than the run's, or without its lock: nothing then keeps the next
 * owner from having read the ledger already. Ledger rows are also looked at in their order, as readers see them.
 */
export async function countLateRows(pool: Pick<pg.ClientBase, 'query'>): Promise<LateRows> {
  const { rows } = await pool.query<{ kind: string; all: string; late: string }>(
    `select kind, count(*) as all,
       count(*) filter (where written_under < epoch or holds_lock is not true) as late
     from bench_writes group by kind`,
  );
  const { rows: disordered } = await pool.query<{ n: string }>(
    `select count(*) as n from (
       select epoch, max(epoch) over (partition by task_id order by no rows unbounded preceding) as highest from ledger
     ) ordered where epoch < highest`,
  );
  const of = (kind: string, field: 'all' | 'late') => Number(rows.find((row) => row.kind === kind)?.[field] ?? 0);
  return {
    ledger: Math.max(of('ledger', 'late'), Number(disordered[0]?.n)),
    outbox: of('outbox', 'late'),
    ledgerRows: of('ledger', 'all'),
    outboxRows: of('outbox', 'all'),
  };
}

/** Call it when every run has ended. */
export async function countLateCommits(pool: pg.Pool, workspaces: string): Promise<{ late: number; commits: number }> {
  const { rows } = await pool.query<{ task_id: string; commits: string[] }>(
    `select task_id, array_agg(data ->> 'commit' order by no desc) as commits from ledger
     where kind = 'step.done' group by task_id`,
  );
  let late = 0;
  let all = 0;
  for (const { task_id, commits } of rows) {
    const gitDir = join(workspaces, task_id, 'git');
    if (!existsSync(gitDir)) throw new Error(`There is no repository in ${gitDir}.`);
    const args = ['--git-dir', gitDir, 'rev-list', '--first-parent', 'main'];
    const kept = (await promisify(execFile)('git', args)).stdout.trim().split('\n');
    all += kept.length;
    late += kept.filter((commit, nth) => commit !== commits[nth]).length;
  }
  return { late, commits: all };
}
