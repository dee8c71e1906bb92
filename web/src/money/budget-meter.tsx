import type { Task } from '@builder-ai/contracts/task';
import { CapChange } from './cap-change.tsx';
import { toDollars } from './dollars.ts';
import '../styles/money.css';

/** How much of the cap is used: spent, and held back for the call in flight; and the means to change it. */
export function BudgetMeter({ task, isPast }: { task: Task; isPast: boolean }) {
  const canChange = task.status === 'queued' || task.status === 'in_progress' || task.status === 'waiting';
  return (
    <div className="budget" data-testid="cost">
      <p className="budget-sum">
        <strong>{toDollars(task.budget.spent_micro_usd)}</strong>{' '}
        <span className="muted">spent{isPast && ' by then'}</span>
      </p>
      {!isPast && <Meter {...task.budget} />}
      {/* While it waits for budget, the cap is raised where that is said. */}
      {!isPast && canChange && task.waiting_for !== 'budget' && <CapChange task={task} />}
    </div>
  );
}

function Meter({ cap_micro_usd: cap, spent_micro_usd: spent, reserved_micro_usd: reserved }: Task['budget']) {
  const held = reserved > 0 ? `, ${toDollars(reserved)} held for the call in flight` : '';
  if (cap === null) return <p className="muted budget-words" data-testid="budget">{`No limit is set${held}.`}</p>;
  return (
    <>
      <progress
        className="progress meter"
        data-near={spent + reserved > cap * 0.8}
        max={cap || 1}
        value={Math.min(spent, cap || 1)}
        aria-label="Spent of the cap"
      />
      <p className="muted budget-words" data-testid="budget">
        {`${toDollars(spent)} of ${toDollars(cap)}${held}`}
      </p>
    </>
  );
}
