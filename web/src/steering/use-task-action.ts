import type { TaskEvent } from '@builder-ai/contracts/task';
import { useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { lastTurn } from './steering.ts';

export type TaskAction<Name extends string> = {
  /** What was asked for and has not come to its effect yet. */
  pending: Name | null;
  problem: ShownProblem | null;
  /** @returns whether the server took it */
  act: (name: Name, send: () => Promise<unknown>) => Promise<boolean>;
};

/** One thing asked of a task at a time. It is pending until the timeline says that the task began, stopped or ended. */
export function useTaskAction<Name extends string>(events: readonly TaskEvent[]): TaskAction<Name> {
  const turn = lastTurn(events)?.seq ?? 0;
  const [sent, setSent] = useState<{ name: Name; turn: number } | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  async function act(name: Name, send: () => Promise<unknown>): Promise<boolean> {
    setSent({ name, turn });
    setProblem(null);
    try {
      await send();
      return true;
    } catch (error) {
      setSent(null);
      setProblem(toShownProblem(error));
      return false;
    }
  }

  return { act, pending: sent?.turn === turn ? sent.name : null, problem };
}
