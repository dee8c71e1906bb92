import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import type { Project } from '../api/account-calls.ts';
import { toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { useProjects } from '../board/use-projects.ts';
import { toDollars } from '../money/dollars.ts';
import { toPlainText } from '../page/plain-text.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { BudgetForm } from './budget-form.tsx';
import { Section } from './section.tsx';
import { SettingList } from './setting-list.tsx';

/** What the tasks of each project may cost together, and each that is made without a cap. */
export function BudgetsSection() {
  return (
    <Section
      title="Budgets"
      about="No model call is sent that might pass a cap: its worst case is held back before it is sent. Tasks wait, and go on when the cap is raised."
    >
      <SettingList query={useProjects()} none="None yet." testId="project-budget" toKey={({ id }) => id}>
        {(project) => <ProjectBudget project={project} />}
      </SettingList>
    </Section>
  );
}

function ProjectBudget({ project: { id, name, role } }: { project: Project }) {
  const { api } = useClient();
  const [isOpen, setIsOpen] = useState(false);
  const { data: budget, error } = useQuery({ queryKey: ['budget', id], queryFn: () => api.readProjectBudget(id) });
  const { cap_micro_usd: cap, default_task_cap_micro_usd: taskCap, spent_micro_usd: spent = 0 } = budget ?? {};
  return (
    <>
      <span className="setting-what">
        <strong>{toPlainText(name)}</strong>
        <span className="muted">
          {budget
            ? `${toDollars(spent)} spent of ${capWords(cap)}. A task without a cap of its own: ${capWords(taskCap)}.`
            : !error && 'Loading.'}
        </span>
        {cap !== null && cap !== undefined && (
          <progress
            className="progress meter"
            max={cap || 1}
            value={Math.min(spent, cap || 1)}
            aria-label="Spent of the cap"
          />
        )}
      </span>
      {role === 'owner' && budget && (
        <button type="button" className="button" aria-expanded={isOpen} onClick={() => setIsOpen(!isOpen)}>
          {isOpen ? 'Close' : 'Change'}
        </button>
      )}
      {error && <ProblemNotice problem={toShownProblem(error)} />}
      {isOpen && budget && <BudgetForm projectId={id} budget={budget} onDone={() => setIsOpen(false)} />}
    </>
  );
}

const capWords = (cap: number | null | undefined) => (typeof cap === 'number' ? toDollars(cap) : 'no limit');
