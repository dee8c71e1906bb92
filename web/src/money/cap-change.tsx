import type { Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';
import { CapForm } from './cap-form.tsx';

/** Sets, changes or takes away the cap, at any moment of a run. */
export function CapChange({ task }: { task: Task }) {
  const { api } = useClient();
  const [isOpen, setIsOpen] = useState(false);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const { cap_micro_usd: cap } = task.budget;

  async function change(capMicroUsd: number | null) {
    setIsSending(true);
    try {
      await api.changeCap(task.id, capMicroUsd);
      setProblem(null);
      setIsOpen(false);
    } catch (error) {
      setProblem(toShownProblem(error));
    } finally {
      setIsSending(false);
    }
  }

  return (
    <div className="stack-small">
      <button
        type="button"
        className="button-plain cap-toggle"
        data-testid="change-cap"
        aria-expanded={isOpen}
        onClick={() => setIsOpen(!isOpen)}
      >
        {cap === null ? 'Set a cap' : 'Change the cap'}
      </button>
      {isOpen && (
        <CapForm
          id={`cap-${task.id}`}
          label="Cap in dollars"
          submit={isSending ? 'Setting…' : 'Set'}
          cap={cap}
          isBusy={isSending}
          onCap={(micro) => void change(micro)}
        />
      )}
      {problem && <ProblemNotice problem={problem} />}
    </div>
  );
}
