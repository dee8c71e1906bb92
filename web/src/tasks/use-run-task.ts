import type { Task } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';

export type RunningTask = { run: () => void; isStarting: boolean; problem: ShownProblem | null };

/** Starts a task's run to its end. It is starting until something happens on its timeline. */
export function useRunTask(task: Task): RunningTask {
  const { api } = useClient();
  const [startedAtSeq, setStartedAtSeq] = useState<number | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  async function run() {
    setStartedAtSeq(task.seq);
    setProblem(null);
    try {
      await api.runTask(task.id);
    } catch (error) {
      setStartedAtSeq(null);
      setProblem(toShownProblem(error));
    }
  }

  return { run: () => void run(), isStarting: startedAtSeq === task.seq, problem };
}
