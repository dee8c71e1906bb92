// The statement that records facts of runs: each run's fence on its own row, its ledger rows, its events, its money.
import type { Tx } from '@builder-ai/platform/database';
import { ADD_TOLD, type MadeEvent, type Outbox, type OutboxEntry, type OutboxRow } from '@builder-ai/platform/outbox';
import { BY_INDEX } from '@builder-ai/platform/query-by-index';
import { type Money, movesAnything, NO_MONEY } from './budget.ts';
import type { Facts, Fence, RunChange } from './facts.ts';
import type { LedgerEntry } from './ledger-entry.ts';

export type Recordable = {
  fence: Fence;
  entries: LedgerEntry[];
  events: MadeEvent[];
  money: Money;
  change: RunChange;
  before?: Facts['before'];
  also?: Facts['also'];
};

/** @throws Error when an event does not fit its schema or is too large */
export function toRecordable(outbox: Outbox, fence: Fence, facts: Facts & RunChange): Recordable {
  const { entries, events = [], money = NO_MONEY, before, also, ...change } = facts;
  const told = events.map((event): OutboxEntry<never> => ({ ...event, ownerId: fence.ownerId }));
  const made = outbox.make(fence.taskId, told);
  return { fence, entries, events: made, money, change, ...(before && { before }), ...(also && { also }) };
}

// A run is locked until the commit, and only while its epoch holds: without that, the old owner's outcome could commit
// after the new owner has read the ledger. What is not the case of a run (its epoch, its money, its commands, which commit of
// its owner this is) leaves nothing of its facts, and nothing of other runs out. A run that somebody else has locked at this
// moment is left out too: nobody waits for another's run. The budgets of their projects are locked before the runs; of runs
// that share one, those that fit go, and one whose project has no row yet is left out. A run is looked up by its id alone: the
// index of those that are running (`state` as it is) is full of runs that have ended since it was last cleared.
const RECORD = `with input as (
    select * from json_to_recordset($1::json) as i(task_id text, epoch bigint, entries int, payer text,
      reserve bigint, give_back bigint, cost bigint, commit_no int, progress boolean, seen int, park text, park_seen int)
  ), budget as (
    select b.owner_id, b.cap_micro_usd as cap, b.spent_micro_usd + b.reserved_micro_usd as taken from budgets b
    where b.owner_id in (select payer from input) order by b.owner_id for no key update
  ), mine as (
    select locked.task_id from input i cross join lateral (
      select r.task_id from runs r where r.task_id = i.task_id
        and r.epoch = i.epoch and r.state || '' = 'running' and (i.commit_no is null or r.commit_no = i.commit_no)
        and (i.reserve = 0 or r.cap_micro_usd is null
          or r.spent_micro_usd + i.cost + r.reserved_micro_usd - i.give_back + i.reserve <= r.cap_micro_usd)
        and (i.park is null or r.command_no = i.park_seen)
      for no key update skip locked
    ) locked where (select count(*) from budget) >= 0
  ), payable as (
    select task_id, i.payer is null or (b.owner_id is not null and (i.reserve = 0 or b.cap is null
      or b.taken + sum(i.reserve - i.give_back + i.cost) over (partition by i.payer order by i.reserve, task_id) <= b.cap))
      as fits
    from mine join input i using (task_id) left join budget b on b.owner_id = i.payer
  ), fence as (
    update runs r set
      ledger_no = r.ledger_no + i.entries,
      commit_no = r.commit_no + 1,
      reserved_micro_usd = r.reserved_micro_usd - i.give_back + i.reserve,
      spent_micro_usd = r.spent_micro_usd + i.cost,
      recoveries = case when i.progress then 0 else r.recoveries end,
      seen_command_no = coalesce(i.seen, r.seen_command_no),
      state = coalesce(i.park, r.state),
      holder = case when i.park is null then r.holder end,
      lease_expires_at = case when i.park is null then r.lease_expires_at end
    from payable join input i using (task_id)
    where r.task_id = payable.task_id and payable.fits
    returning r.task_id, r.epoch, r.ledger_no - i.entries as before, r.command_no
  ), paid as (
    update budgets b set reserved_micro_usd = b.reserved_micro_usd + p.reserved, spent_micro_usd = b.spent_micro_usd + p.cost
    from (select i.payer, sum(i.reserve - i.give_back) as reserved, sum(i.cost) as cost
      from fence join input i using (task_id) where i.payer is not null group by i.payer) p
    where b.owner_id = p.payer
  ), appended as (
    insert into ledger (task_id, no, epoch, kind, step, call_id, data)
    select f.task_id, f.before + e.ord, f.epoch, e.kind, e.step, e.call_id, e.data
    from json_to_recordset($2::json) as e(task_id text, ord int, kind text, step int, call_id text, data jsonb)
    join fence f on f.task_id = e.task_id
  ), told as (
    select e.* from json_to_recordset($3::json) as e(topic text, key text, id uuid, event text, ord int)
    join fence f on f.task_id = e.key
  ), ${ADD_TOLD}
  select (select json_agg(json_build_array(task_id, command_no)) from fence) as runs,
    (select json_agg(json_build_array(id, position, no)) from added) as events`;

type Answer = {
  runs: [taskId: string, commandNo: number][] | null;
  events: [id: string, position: number, no: number][] | null;
};

export type Recorded = {
  /** The number of the last command of each run whose facts were recorded. */ commandNos: Map<string, number>;
  rows: OutboxRow[];
};

/**
 * Sends the statement with facts of different runs.
 * @param take gets what was recorded; a run that is missing was not
 * @param paysItself false: the projects' budgets have been moved in this transaction
 */
export function sendFacts(
  tx: Tx,
  facts: readonly Recordable[],
  take: (recorded: Recorded) => void,
  paysItself = true,
): void {
  const made = new Map(facts.flatMap(({ events }) => events).map((event) => [event.id, event]));
  const told = ([answer]: Answer[]) =>
    take({
      commandNos: new Map(answer?.runs),
      rows: (answer?.events ?? []).map(([id, position, no]) => {
        const { topic, key, event } = made.get(id) as MadeEvent;
        return { position, topic, key, no, event };
      }),
    });
  tx.send(BY_INDEX);
  tx.send<Answer>(RECORD, toInput(facts, paysItself), told);
}

function toInput(facts: readonly Recordable[], paysItself: boolean): string[] {
  const runs = facts.map(({ fence, entries, money, change: { commitNo, isProgress, seen, park } }) => ({
    task_id: fence.taskId,
    epoch: fence.epoch,
    entries: entries.length,
    payer: paysItself && movesAnything(money) ? fence.ownerId : null,
    reserve: money.reserve,
    give_back: money.giveBack,
    cost: money.cost,
    commit_no: commitNo ?? null,
    progress: isProgress ?? false,
    seen: seen ?? null,
    park: park?.state ?? null,
    park_seen: park?.seen ?? null,
  }));
  const entries = facts.flatMap(({ fence, entries }) =>
    entries.map((data, index) => ({
      task_id: fence.taskId,
      ord: index + 1,
      kind: data.kind,
      step: 'step' in data ? data.step : null,
      call_id: 'call_id' in data ? data.call_id : null,
      data,
    })),
  );
  const events = facts.flatMap((each) => each.events).map((event, index) => ({ ...event, ord: index + 1 }));
  return [JSON.stringify(runs), JSON.stringify(entries), JSON.stringify(events)];
}
