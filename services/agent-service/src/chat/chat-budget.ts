// What a conversation may cost: as a run's, a call's worst case is reserved before it is sent, in the conversation's budget and
// in that of its user's own project.

import type { Budget } from '@builder-ai/contracts/task';
import type { Database, Queryable, Tx } from '@builder-ai/platform/database';
import { BudgetExceeded, type Money, moveInProject, toReserve, toSettle } from '../ledger/budget.ts';
import type { ModelAnswer } from '../models/model.ts';
import { ProviderFault } from '../models/provider-fault.ts';

export type Conversation = { id: string; ownerId: string };

/** Makes the conversation where there is none. Undefined leaves its cap as it is. */
export async function openBudget(
  db: Queryable,
  { id, ownerId }: Conversation,
  cap: number | undefined,
  defaultCap: number,
): Promise<void> {
  await db.query(
    `insert into conversations (id, owner_id, messages, cap_micro_usd) values ($1, $2, '[]', $3)
     on conflict (id) do update set cap_micro_usd = coalesce($4, conversations.cap_micro_usd, $3)
     where conversations.owner_id = $2`,
    [id, ownerId, cap ?? defaultCap, cap ?? null],
  );
}

export async function readChatBudget(db: Database, { id, ownerId }: Conversation): Promise<Budget> {
  const [row] = await db.query<Budget>(
    'select cap_micro_usd, reserved_micro_usd, spent_micro_usd from conversations where id = $1 and owner_id = $2',
    [id, ownerId],
  );
  return row ?? { cap_micro_usd: null, reserved_micro_usd: 0, spent_micro_usd: 0 };
}

/**
 * Makes a call within the budget. One that broke off counts with all that was reserved for it, and so does one whose process
 * died: its reservation stays.
 * @throws BudgetExceeded
 */
export async function withinBudget(
  db: Database,
  conversation: Conversation,
  worst: number,
  call: () => Promise<ModelAnswer>,
): Promise<ModelAnswer> {
  await move(db, conversation, toReserve(worst));
  let cost = worst;
  try {
    const answer = await call();
    cost = answer.usage.cost_micro_usd;
    return answer;
  } catch (error) {
    if (error instanceof ProviderFault && !error.mayBePaid) cost = 0;
    throw error;
  } finally {
    await move(db, conversation, toSettle(worst, cost));
  }
}

async function move(db: Database, { id, ownerId }: Conversation, money: Money): Promise<void> {
  await db.transaction(async (tx) => {
    await moveInProject(tx, ownerId, money);
    await moveInConversation(tx, id, money);
  });
}

async function moveInConversation(tx: Tx, id: string, money: Money): Promise<void> {
  const { reserve, giveBack, cost } = money;
  const rows = await tx.query(
    `update conversations set
       reserved_micro_usd = reserved_micro_usd + $2::bigint - $3::bigint, spent_micro_usd = spent_micro_usd + $4::bigint
     where id = $1 and ($2::bigint = 0 or cap_micro_usd is null
       or spent_micro_usd + reserved_micro_usd + $2 <= cap_micro_usd)
     returning 1`,
    [id, reserve, giveBack, cost],
  );
  if (rows.length === 0) throw new BudgetExceeded(money, 'conversation');
}
