// Runs: claim, fence, ledger, money and commands.
import type { Mutation } from './mutation.ts';

const source = 'services/agent-service/src';
const tests = 'services/agent-service/test';

export const agentMutations: readonly Mutation[] = [
  {
    name: 'fence: a worker that lost its run may still write',
    file: `${source}/ledger/record-facts.ts`,
    from: "and r.epoch = i.epoch and r.state || '' = 'running'",
    to: 'and i.epoch > 0',
    red: { file: `${tests}/lease.test.ts`, test: 'a worker that lost its lease writes nothing' },
  },
  {
    name: 'fence: it is asked without a lock',
    file: `${source}/ledger/record-facts.ts`,
    from: `      for no key update skip locked
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
    returning r.task_id, r.epoch, r.ledger_no - i.entries as before, r.command_no`,
    to: `    ) locked where (select count(*) from budget) >= 0
  ), fence as (
    select r.task_id, r.epoch, (select coalesce(max(no), 0) from ledger l where l.task_id = r.task_id) as before,
      r.command_no
    from runs r join mine using (task_id)`,
    red: { file: `${tests}/lease.test.ts`, test: 'keeps the next claim waiting until it has committed' },
  },
  {
    name: 'claim: the run is not locked',
    file: `${source}/runs/run-store.ts`,
    from: '    limit $2 - (select count(*) from left_behind)\n    for no key update skip locked\n',
    to: '    limit $2 - (select count(*) from left_behind)\n',
    red: { file: `${tests}/lease.test.ts`, test: 'a run that another claim has in hand is left to it' },
  },
  {
    name: 'claim: the epoch stays',
    file: `${source}/runs/run-store.ts`,
    from: "state = 'running', epoch = epoch + 1, holder = $1,",
    to: "state = 'running', epoch = greatest(epoch, 1), holder = $1,",
    red: { file: `${tests}/lease.test.ts`, test: 'a worker that lost its lease writes nothing' },
  },
  {
    name: 'fence: a commit whose acknowledgement was lost is made again',
    file: `${source}/ledger/record-facts.ts`,
    from: ' and (i.commit_no is null or r.commit_no = i.commit_no)',
    to: '',
    red: { file: `${tests}/lost-acknowledgement.test.ts`, test: 'whichever commit it is' },
  },
  {
    name: "outbox-transaction: a run's events are added after its facts have committed",
    file: `${source}/ledger/ledger.ts`,
    from: 'sendFacts(tx, facts, (answer) => Object.assign(recorded, answer));',
    to: `sendFacts(tx, facts.map((each) => ({ ...each, events: [] })), (answer) => Object.assign(recorded, answer));
    const later = facts.map((each) => ({ ...each, entries: [], money: { reserve: 0, giveBack: 0, cost: 0 }, change: {} }));
    tx.afterCommit(() => void db.transaction(async (next) => sendFacts(next, later, () => {})).catch(() => {}));`,
    red: { file: `${tests}/crash-points.test.ts`, test: 'leaves each call made once' },
  },
  {
    name: 'park: a run stops though a command came',
    file: `${source}/ledger/record-facts.ts`,
    from: 'and (i.park is null or r.command_no = i.park_seen)',
    to: '',
    red: { file: `${tests}/resolve-call.test.ts`, test: 'a command that comes while a run is about to stop' },
  },
  {
    name: 'reservation: only what is spent is compared with the cap',
    file: `${source}/ledger/record-facts.ts`,
    from: 'or r.spent_micro_usd + i.cost + r.reserved_micro_usd - i.give_back + i.reserve <= r.cap_micro_usd)',
    to: 'or r.spent_micro_usd <= r.cap_micro_usd)',
    red: { file: `${tests}/invoice.test.ts`, test: 'no invoice is higher than its cap' },
  },
  {
    name: "reservation: a project's cap is not looked at",
    file: `${source}/ledger/record-facts.ts`,
    from: 'i.payer is null or (b.owner_id is not null and (i.reserve = 0 or b.cap is null',
    to: 'i.payer is null or (b.owner_id is not null and (true or b.cap is null',
    red: { file: `${tests}/project-budget.test.ts`, test: 'waits when it does not hold the next call' },
  },
  {
    name: 'ledger: a recorded answer is asked for again',
    file: `${source}/runs/model-call.ts`,
    from: '  if (known?.answer) return known.answer;\n',
    to: '',
    red: { file: `${tests}/crash-points.test.ts`, test: 'leaves each call made once' },
  },
  {
    name: 'ledger: a finished tool call is made again',
    file: `${source}/runs/tool-call.ts`,
    from: '  if (known?.result) return known.result;\n',
    to: '',
    red: { file: `${tests}/crash-points.test.ts`, test: 'leaves each call made once' },
  },
  {
    name: 'budget: an interrupted call counts as free',
    file: `${source}/runs/model-call.ts`,
    from: 'money: toSettle(reserved, reserved),',
    to: 'money: toSettle(reserved, 0),',
    red: { file: `${tests}/crash-points.test.ts`, test: 'leaves each call made once' },
  },
  {
    name: 'budget: a fork pays for what its parent was asking',
    file: `${source}/ledger/run-progress.ts`,
    from: 'calls: withoutOpenAttempts(progress.calls)',
    to: 'calls: progress.calls',
    red: { file: `${tests}/fork.test.ts`, test: 'within a step: the conversation goes on' },
  },
  {
    name: 'uncertain: a call with effects outside is made again by itself',
    file: `${source}/runs/tool-call.ts`,
    from: 'const outside = known.open && (known.outside || tool?.outside === true);',
    to: 'const outside = false;',
    red: { file: `${tests}/uncertain-calls.test.ts`, test: 'is made once at most, and its user is asked' },
  },
  {
    name: 'ledger: a step whose failure is recorded is made again',
    file: `${source}/runs/execute-run.ts`,
    from: '      goOnFromFailure(session);\n',
    to: '',
    red: { file: `${tests}/steered-crash-points.test.ts`, test: 'a step fails, and the planner finds another way' },
  },
  {
    name: 'retries: they have no deadline',
    file: `${source}/runs/model-call.ts`,
    from: 'Math.min(LONGEST_WAIT_MS, leftMs)',
    to: 'LONGEST_WAIT_MS',
    red: { file: `${tests}/retries.test.ts`, test: 'have one deadline' },
  },
  {
    name: 'retries: what the provider asks for is not heard',
    file: `${source}/runs/model-call.ts`,
    from: 'Math.max(retryAfterMs, Math.random() * most)',
    to: 'Math.random() * 500',
    red: { file: `${tests}/retries.test.ts`, test: 'no attempt comes sooner' },
  },
  {
    name: 'events: nobody is told of a changed file',
    file: `${source}/runs/tool-call.ts`,
    from: '      ...changes.map((change) => entry(fileChanged, { step, ...change })),\n',
    to: '',
    red: { file: `${tests}/recorded-runs.test.ts`, test: 'tells the same' },
  },
  {
    name: 'snapshot: a file that was changed just now counts as known',
    file: `${source}/workspace/small-trees.ts`,
    from: 'isOld ? seen : undefined',
    to: 'isOld || true ? seen : undefined',
    red: { file: `${tests}/small-trees.test.ts`, test: 'just now is read again' },
  },
  {
    name: 'replay: a run that was cancelled within an answer makes the next call of it',
    file: `${source}/recording/stop-in-answer.ts`,
    from: "if (entry.kind === 'tool.finished') before.abort();",
    to: '',
    red: { file: `${tests}/recorded-runs.test.ts`, test: 'tells the same' },
  },
  {
    name: 'recording: what a run told goes with the outbox',
    file: 'shared/platform/src/retention.ts',
    from: 'from gone\n       where topic = ',
    to: 'from gone\n       where topic <> ',
    red: { file: `${tests}/recording.test.ts`, test: 'have left the outbox' },
  },
  {
    name: 'cancel: what comes while a run is being ended is refused, and keeps all later commands',
    file: 'services/agent-service/src/runs/go-on.ts',
    from: `  if (state === 'running' && (await isBeingCancelled(tx, event.subject))) return;\n`,
    to: '  if (await isBeingCancelled(tx, "")) return;\n',
    red: { file: 'services/agent-service/test/command-after-cancel.test.ts', test: 'while it is being ended' },
  },
];
