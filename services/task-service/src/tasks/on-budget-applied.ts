import { budgetApplied } from '@builder-ai/contracts/events/budget-applied';
import { budgetChangedEntry } from '@builder-ai/contracts/events/timeline-entries';
import { onRunEvent, sameWords } from './apply-run-event.ts';
import { setCap } from './task-row.ts';

/** The cap is shown when it holds, not when it was asked for. */
export const onBudgetApplied = onRunEvent(budgetApplied, budgetChangedEntry, {
  entry: sameWords,
  after: ({ tx, task, data }) => setCap(tx, task.id, data.cap_micro_usd),
});
