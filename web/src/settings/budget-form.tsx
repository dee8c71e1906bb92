import { type FormEvent, useState } from 'react';
import type { ProjectBudget } from '../api/budget-calls.ts';
import { useClient } from '../app/client-context.ts';
import { fromDollars } from '../money/dollars.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { useChange } from './use-change.ts';

type Props = { projectId: string; budget: ProjectBudget; onDone: () => void };

/** Both caps of a project, in dollars; an empty field is no limit. */
export function BudgetForm({ projectId, budget, onDone }: Props) {
  const { api } = useClient();
  const [all, setAll] = useState(toText(budget.cap_micro_usd));
  const [each, setEach] = useState(toText(budget.default_task_cap_micro_usd));
  const { change, isPending, problem } = useChange(
    (caps: Parameters<typeof api.changeProjectBudget>[1]) => api.changeProjectBudget(projectId, caps),
    [['budget', projectId], ['tasks']],
  );
  const [cap, taskCap] = [toCap(all), toCap(each)];

  function submit(event: FormEvent) {
    event.preventDefault();
    if (cap === undefined || taskCap === undefined) return;
    change({ cap_micro_usd: cap, default_task_cap_micro_usd: taskCap }, { onSuccess: onDone });
  }

  return (
    <form className="setting-more" onSubmit={submit}>
      <div className="setting-form">
        <Dollars
          label="All its tasks together, in dollars"
          name="cap"
          text={all}
          isWrong={cap === undefined}
          onText={setAll}
        />
        <Dollars
          label="A task without a cap of its own"
          name="task_cap"
          text={each}
          isWrong={taskCap === undefined}
          onText={setEach}
        />
        <button
          type="submit"
          className="button button-primary"
          data-testid="set-budget"
          disabled={isPending || cap === undefined || taskCap === undefined}
        >
          Set
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}

type DollarsProps = { label: string; name: string; text: string; isWrong: boolean; onText: (text: string) => void };

function Dollars({ label, name, text, isWrong, onText }: DollarsProps) {
  return (
    <label className="choice">
      <span className="choice-label">{label}</span>
      <input
        className="field"
        name={name}
        inputMode="decimal"
        placeholder="no limit"
        autoComplete="off"
        value={text}
        aria-invalid={isWrong}
        onChange={(event) => onText(event.target.value)}
      />
    </label>
  );
}

const toText = (microUsd: number | null) => (microUsd === null ? '' : String(microUsd / 1_000_000));

/** @returns undefined for what is no sum of money */
const toCap = (text: string) => (text.trim() === '' ? null : fromDollars(text));
