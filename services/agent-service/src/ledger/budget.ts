// Money of a run: the worst case of a call is reserved before it is sent, and settled when it is known what it cost.
import type { Tx } from '@builder-ai/platform/database';

/** The worst case of the next call does not fit into what is left of the task's cap. */
export class BudgetExceeded extends Error {
  constructor(amount: number) {
    super(
      `The next model call may cost up to $${(amount / 1_000_000).toFixed(4)}, which is more than the budget has left.`,
    );
    this.name = 'BudgetExceeded';
  }
}

/**
 * Reserves inside the transaction that records the intent, so that an intent without its reservation cannot exist.
 * @throws BudgetExceeded
 */
export async function reserve(tx: Tx, taskId: string, amount: number): Promise<void> {
  if (amount === 0) return;
  const rows = await tx.query(
    `update runs set reserved_micro_usd = reserved_micro_usd + $2
     where task_id = $1 and (cap_micro_usd is null or spent_micro_usd + reserved_micro_usd + $2 <= cap_micro_usd)
     returning 1`,
    [taskId, amount],
  );
  if (rows.length === 0) throw new BudgetExceeded(amount);
}

/** Gives a reservation back and takes what the call cost. */
export async function settle(tx: Tx, taskId: string, reserved: number, cost: number): Promise<void> {
  if (reserved === 0 && cost === 0) return;
  await tx.query(
    `update runs set reserved_micro_usd = reserved_micro_usd - $2, spent_micro_usd = spent_micro_usd + $3
     where task_id = $1`,
    [taskId, reserved, cost],
  );
}
