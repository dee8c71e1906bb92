// Runs: claim, fence, ledger, money and commands.
import type { Mutation } from './mutation.ts';

const source = 'services/agent-service/src';
const tests = 'services/agent-service/test';

export const agentMutations: readonly Mutation[] = [
  {
    name: 'fence: a worker that lost its run may still write',
    file: `${source}/ledger/ledger.ts`,
    from: "where task_id = $1 and epoch = $2 and state = 'running'",
    to: 'where task_id = $1 and $2::bigint > 0',
    red: { file: `${tests}/lease.test.ts`, test: 'a worker that lost its lease writes nothing' },
  },
  {
    name: 'fence: it is asked without a lock',
    file: `${source}/ledger/ledger.ts`,
    from: `    update runs set ledger_no = ledger_no + coalesce(array_length($3::text[], 1), 0)
    where task_id = $1 and epoch = $2 and state = 'running'
    returning ledger_no - coalesce(array_length($3::text[], 1), 0) as before, owner_id, command_no`,
    to: `    select (select coalesce(max(no), 0) from ledger where task_id = $1) as before, owner_id, command_no
    from runs where task_id = $1 and epoch = $2 and state = 'running'`,
    red: { file: `${tests}/lease.test.ts`, test: 'keeps the next claim waiting until it has committed' },
  },
  {
    name: 'claim: the run is not locked',
    file: `${source}/runs/run-store.ts`,
    from: '    limit 1\n    for no key update skip locked\n',
    to: '    limit 1\n',
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
    name: "outbox-transaction: a run's events are added after its facts have committed",
    file: `${source}/ledger/ledger.ts`,
    from: 'told.length > 0 && outbox.add(tx, fence.taskId, told)',
    to: 'tx.afterCommit(() => void db.transaction((next) => outbox.add(next, fence.taskId, told)).catch(() => {}))',
    red: { file: `${tests}/crash-points.test.ts`, test: 'leaves each call made once' },
  },
  {
    name: 'park: a run stops though a command came',
    file: `${source}/runs/run-store.ts`,
    from: 'where task_id = $1 and command_no = $3 returning 1`',
    to: 'where task_id = $1 and $3::int is not null returning 1`',
    red: { file: `${tests}/resolve-call.test.ts`, test: 'a command that comes while a run is about to stop' },
  },
  {
    name: 'reservation: only what is spent is compared with the cap',
    file: `${source}/ledger/budget.ts`,
    from: 'or spent_micro_usd + reserved_micro_usd + $2 - $3 + $4 <= cap_micro_usd)',
    to: 'or spent_micro_usd <= cap_micro_usd)',
    red: { file: `${tests}/invoice.test.ts`, test: 'no invoice is higher than its cap' },
  },
  {
    name: "reservation: a project's cap is not looked at",
    file: `${source}/ledger/budget.ts`,
    from: 'where $2::bigint = 0 or budgets.cap_micro_usd is null',
    to: 'where true or budgets.cap_micro_usd is null',
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
];
