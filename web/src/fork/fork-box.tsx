import type { AgentMode, Task } from '@builder-ai/contracts/task';
import { useNavigate } from '@tanstack/react-router';
import { type FormEvent, useId, useState } from 'react';
import { ModeChoice } from '../agents/mode-choice.tsx';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { ProblemNotice } from '../page/problem-notice.tsx';

type Props = { task: Task; step: number; onClose: () => void };

/** Makes another task out of this one, as it was before a step. This one stays as it is. */
export function ForkBox({ task, step, onClose }: Props) {
  const { api } = useClient();
  const navigate = useNavigate();
  const id = useId();
  const [mode, setMode] = useState<AgentMode | null>(null);
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  async function fork(event: FormEvent) {
    event.preventDefault();
    setIsSending(true);
    try {
      const forked = await api.forkTask(task.id, step, mode);
      await navigate({ to: '/task/$taskId', params: { taskId: forked.id } });
    } catch (error) {
      setProblem(toShownProblem(error));
      setIsSending(false);
    }
  }

  return (
    <form className="fork" data-testid="fork-box" onSubmit={fork}>
      <p>{`A new task goes on from before step ${step + 1}, with the files as they were. This one stays as it is.`}</p>
      <ModeChoice id={`${id}-mode`} label="Who builds it" none="Who builds this one" mode={mode} onChoose={setMode} />
      <div className="row">
        <button type="submit" className="button button-primary" data-testid="fork-button" disabled={isSending}>
          {isSending ? 'Forking…' : 'Fork'}
        </button>
        <button type="button" className="button" disabled={isSending} onClick={onClose}>
          Close
        </button>
      </div>
      {problem && <ProblemNotice problem={problem} />}
    </form>
  );
}
