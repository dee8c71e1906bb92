import { useClient } from '../app/client-context.ts';
import { CapForm } from '../money/cap-form.tsx';
import { toDollars, toHigherCap } from '../money/dollars.ts';
import type { WaitingBoxProps } from './waiting-panel.tsx';

/** The next model call may cost more than is left. Nothing was spent beyond the cap. */
export function BudgetStop({ task, action }: WaitingBoxProps) {
  const { api } = useClient();
  const { cap_micro_usd: cap, spent_micro_usd: spent } = task.budget;
  return (
    <div className="stack">
      <p>{`${toDollars(spent)} of ${toDollars(cap ?? 0)} is spent. Raise the cap, and it goes on by itself.`}</p>
      <CapForm
        id={`raise-${task.id}`}
        label="New cap in dollars"
        submit="Raise the cap and go on"
        cap={toHigherCap(cap ?? 0, spent)}
        isBusy={action.pending !== null}
        onCap={(micro) => void action.act('raise', () => api.changeCap(task.id, micro))}
      />
    </div>
  );
}
