// A run that came without a cap has its project's: whoever shows the task is told.
import { budgetApplied } from '@builder-ai/contracts/events/budget-applied';
import type { Tx } from '@builder-ai/platform/database';
import { entry } from '@builder-ai/platform/outbox';
import type { Deps } from '../deps.ts';
import { findRun } from './run-store.ts';

/** @param asked the cap that the run was asked for with */
export async function tellDefaultCap(
  { outbox }: Pick<Deps, 'outbox'>,
  tx: Tx,
  taskId: string,
  asked: number | null | undefined,
): Promise<void> {
  if (asked !== null && asked !== undefined) return;
  const run = await findRun(tx, taskId);
  if (!run || run.cap_micro_usd === null) return;
  const { owner_id: ownerId, cap_micro_usd } = run;
  await outbox.add(tx, taskId, [{ ...entry(budgetApplied, { cap_micro_usd }), ownerId }]);
}
