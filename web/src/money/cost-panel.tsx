import type { PlanStep } from '@builder-ai/contracts/task';
import { vendorWords } from '../agents/agent-words.ts';
import type { ShownTask } from '../history/shown-task.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { toDollars } from './dollars.ts';
import { UsageTable } from './usage-table.tsx';
import { useUsage } from './use-usage.ts';

/** Who cost how much, and which step. */
export function CostPanel({ shown }: { shown: ShownTask }) {
  const { usage, problem } = useUsage(shown);
  const unknown = usage?.total.unknown_calls ?? 0;
  return (
    <section className="panel" aria-label="Cost">
      <h4>
        Cost <span className="panel-count">{toDollars(shown.task.budget.spent_micro_usd)}</span>
      </h4>
      {problem && <ProblemNotice problem={problem} />}
      {!usage && !problem && <p className="muted">No model was called yet.</p>}
      {usage && (
        <>
          <UsageTable
            caption="Agent"
            testId="usage-row"
            rows={usage.by_model.map((sum) => ({
              key: `${sum.agent} ${sum.model}`,
              name: vendorWords(sum.agent),
              note: sum.model === sum.agent ? '' : sum.model,
              sum,
            }))}
          />
          <UsageTable
            caption="Step"
            testId="usage-step"
            rows={usage.by_step.map((sum) => ({ ...stepWords(shown.task.plan, sum.step), sum }))}
          />
        </>
      )}
      {unknown > 0 && (
        <p className="muted">{`${unknown} of these calls were interrupted and count with the most they may have cost.`}</p>
      )}
    </section>
  );
}

function stepWords(plan: readonly PlanStep[], step: number | null) {
  if (step === null) return { key: 'plan', name: 'Making the plan', note: '' };
  return { key: `${step}`, name: `Step ${step + 1}`, note: toPlainText(plan[step]?.description ?? '') };
}
