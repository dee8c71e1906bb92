// Money: the worst case of a call is reserved before it is sent, and settled when it is known what it cost. It is counted
// twice, in the budget of the run or conversation and in that of its project, which is locked first (record-facts.ts).
import type { Tx } from '@builder-ai/platform/database';

/** What one commit does to a budget, in micro-dollars. */
export type Money = {
  reserve: number;
  /** Of what was reserved before. */
  giveBack: number;
  cost: number;
};

export const NO_MONEY: Money = { reserve: 0, giveBack: 0, cost: 0 };

export const toReserve = (reserve: number): Money => ({ ...NO_MONEY, reserve });

/** Gives a reservation back and takes what the call cost. */
export const toSettle = (giveBack: number, cost: number): Money => ({ reserve: 0, giveBack, cost });

export function addMoney(a: Money, b: Money = NO_MONEY): Money {
  return { reserve: a.reserve + b.reserve, giveBack: a.giveBack + b.giveBack, cost: a.cost + b.cost };
}

export const movesAnything = ({ reserve, giveBack, cost }: Money) => reserve !== 0 || giveBack !== 0 || cost !== 0;

/** The worst case of the next call does not fit into what is left of a cap. */
export class BudgetExceeded extends Error {
  readonly of: 'task' | 'project' | 'conversation';
  /** By how much the commit that failed would have changed what is taken of the cap. */
  readonly net: number;

  constructor({ reserve, giveBack, cost }: Money, of: BudgetExceeded['of']) {
    super(
      `The next model call may cost up to $${(reserve / 1_000_000).toFixed(4)}, which is more than the ${OWNER[of]} has left.`,
    );
    this.name = 'BudgetExceeded';
    this.of = of;
    this.net = reserve - giveBack + cost;
  }
}

const OWNER = { task: 'budget', project: 'budget of the project', conversation: 'budget of the conversation' };

// What is only given back or taken always goes: it was reserved, so it is within the cap.
const IN_PROJECT = `insert into budgets (owner_id, reserved_micro_usd, spent_micro_usd) values ($1, $2::bigint - $3::bigint, $4::bigint)
  on conflict (owner_id) do update set
    reserved_micro_usd = budgets.reserved_micro_usd + $2 - $3, spent_micro_usd = budgets.spent_micro_usd + $4
  where $2::bigint = 0 or budgets.cap_micro_usd is null
    or budgets.spent_micro_usd + budgets.reserved_micro_usd + $2 - $3 + $4 <= budgets.cap_micro_usd
  returning 1`;

/**
 * Moves money in the project's budget, inside the transaction that moves it in the run's, and before that one is locked: its
 * one statement is sent at once.
 * @throws BudgetExceeded
 */
export async function moveInProject(tx: Tx, ownerId: string, money: Money): Promise<void> {
  if (!movesAnything(money)) return;
  const { reserve, giveBack, cost } = money;
  const rows = await tx.query(IN_PROJECT, [ownerId, reserve, giveBack, cost]);
  if (rows.length === 0) throw new BudgetExceeded(money, 'project');
}

/** Whether a commit that did not fit into the project's budget would by now; its row is locked until the transaction ends. */
export async function fitsProject(tx: Tx, ownerId: string, net: number): Promise<boolean> {
  const rows = await tx.query(
    `select 1 from budgets where owner_id = $1
       and cap_micro_usd is not null and spent_micro_usd + reserved_micro_usd + $2 > cap_micro_usd
     for no key update`,
    [ownerId, net],
  );
  return rows.length === 0;
}
