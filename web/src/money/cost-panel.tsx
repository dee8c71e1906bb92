import type { Budget, Task, TaskEvent } from '@builder-ai/contracts/task';
import { vendorWords } from '../agents/agent-words.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { CapChange } from './cap-change.tsx';
import { toDollars } from './dollars.ts';
import type { Usage } from './usage.ts';
import { useUsage } from './use-usage.ts';

/** What the task has cost, what it may cost, and who cost it. */
export function CostPanel({ task, events }: { task: Task; events: readonly TaskEvent[] }) {
  const { usage, problem } = useUsage(task.id, events);
  const canChange = task.status === 'queued' || task.status === 'in_progress' || task.status === 'waiting';
  return (
    <section className="panel" aria-label="Cost" data-testid="cost">
      <h4>
        Cost <span className="panel-count">{toDollars(task.budget.spent_micro_usd)}</span>
      </h4>
      <Meter budget={task.budget} />
      {/* While it waits for budget, the cap is raised where that is said. */}
      {canChange && task.waiting_for !== 'budget' && <CapChange task={task} />}
      {problem && <ProblemNotice problem={problem} />}
      {usage && <UsageTable usage={usage} />}
    </section>
  );
}

/** How much of the cap is used: spent, and held back for the call in flight. */
function Meter({ budget }: { budget: Budget }) {
  const { cap_micro_usd: cap, spent_micro_usd: spent, reserved_micro_usd: reserved } = budget;
  const held = reserved > 0 ? `, ${toDollars(reserved)} held for the call in flight` : '';
  if (cap === null) return <p className="muted" data-testid="budget">{`No limit is set${held}.`}</p>;
  return (
    <div className="stack-small">
      <progress
        className="progress meter"
        data-near={spent + reserved > cap * 0.8}
        max={cap || 1}
        value={Math.min(spent, cap || 1)}
        aria-label="Spent of the cap"
      />
      <p className="muted" data-testid="budget">
        {`${toDollars(spent)} of ${toDollars(cap)}${held}`}
      </p>
    </div>
  );
}

/** Agents told apart by their models: one agent may have used more than one. */
function UsageTable({ usage }: { usage: Usage }) {
  const { unknown_calls: unknown } = usage.total;
  return (
    <div className="table-box">
      <table className="table" data-testid="usage">
        <caption className="visually-hidden">Model calls by agent</caption>
        <thead>
          <tr>
            <th scope="col">Agent</th>
            <th scope="col">Calls</th>
            <th scope="col">Tokens in</th>
            <th scope="col">out</th>
            <th scope="col">Cost</th>
          </tr>
        </thead>
        <tbody>
          {usage.by_model.map((row) => (
            <tr key={`${row.agent} ${row.model}`} data-testid="usage-row">
              <th scope="row">
                {vendorWords(row.agent)} {row.model !== row.agent && <span className="table-note">{row.model}</span>}
              </th>
              <td>{row.calls}</td>
              <td>{row.input_tokens.toLocaleString()}</td>
              <td>{row.output_tokens.toLocaleString()}</td>
              <td>{toDollars(row.cost_micro_usd)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {unknown > 0 && (
        <p className="muted">{`${unknown} of these calls were interrupted and count with the most they may have cost.`}</p>
      )}
    </div>
  );
}
