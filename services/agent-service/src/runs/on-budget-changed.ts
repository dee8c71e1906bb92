import { budgetApplied } from '@builder-ai/contracts/events/budget-applied';
import { type BudgetChanged, budgetChanged } from '@builder-ai/contracts/events/budget-changed';
import { onEvent } from '@builder-ai/platform/inbox';
import { entry } from '@builder-ai/platform/outbox';
import type { Deps } from '../deps.ts';
import { addCommand } from './command.ts';
import { findRun, lockRunState, readyForJob, setCap } from './run-store.ts';

/** The cap holds from this commit on: calls in flight have their reservation already. A run that waited for it goes on. */
export const onBudgetChanged = onEvent<Deps, BudgetChanged>(budgetChanged, async ({ deps, tx, event, data }) => {
  const { subject } = event;
  const { cap_micro_usd, job } = data;
  const state = await lockRunState(tx, subject);
  const run = await findRun(tx, subject);
  if (state === undefined || !run) return;
  await setCap(tx, subject, cap_micro_usd);
  await addCommand(tx, subject, { kind: 'budget.changed', data });
  if (job && state === 'idle') await readyForJob(tx, subject, job.job_id, job.until);
  await deps.outbox.add(tx, subject, [{ ...entry(budgetApplied, { cap_micro_usd }), ownerId: run.owner_id }]);
  tx.afterCommit(() => deps.wakeWorker());
});
