import type { TaskEvent } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';
import type { Usage } from './usage.ts';

/** Model calls may come one upon the other: the sum is read once they pause for this long. */
const READ_AFTER_MS = 500;

/** What the task's models used, read anew when one was paid. Nothing is asked for before that. */
export function useUsage(taskId: string, events: readonly TaskEvent[]) {
  const { api } = useClient();
  const paid = events.filter((event) => event.event_type === 'usage_recorded').length;
  const [usage, setUsage] = useState<Usage | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  useEffect(() => {
    if (paid === 0) return;
    let isCurrent = true;
    const timer = setTimeout(async () => {
      try {
        const read = await api.readUsage(taskId);
        if (!isCurrent) return;
        setUsage(read);
        setProblem(null);
      } catch (error) {
        if (isCurrent) setProblem(toShownProblem(error));
      }
    }, READ_AFTER_MS);
    return () => {
      isCurrent = false;
      clearTimeout(timer);
    };
  }, [api, taskId, paid]);

  return { usage, problem };
}
