import type { Task } from '@builder-ai/contracts/task';
import { useCallback, useEffect, useRef, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';
import { useLiveState } from '../page/use-live-state.ts';
import { mergeTasks } from './merge-tasks.ts';

/** The tasks, newest first. Read again when the connection comes back and when the page is looked at again. */
export function useTaskList() {
  const { api } = useClient();
  const liveState = useLiveState();
  const wasLost = useRef(false);
  const [tasks, setTasks] = useState<readonly Task[]>([]);
  /** The address of the next page; undefined until the first page is there. */
  const [next, setNext] = useState<string | null>();
  const [isLoading, setIsLoading] = useState(true);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  const take = useCallback((task: Task) => setTasks((known) => mergeTasks(known, [task])), []);

  const load = useCallback(
    async (address?: string) => {
      setIsLoading(true);
      try {
        const page = await api.listTasks(address);
        setTasks((known) => mergeTasks(known, page.tasks));
        // Reading the first page again says nothing about where the last page read ended.
        setNext((before) => (address || before === undefined ? page.next : before));
        setProblem(null);
      } catch (error) {
        setProblem(toShownProblem(error));
      } finally {
        setIsLoading(false);
      }
    },
    [api],
  );

  useEffect(() => void load(), [load]);

  // Tasks may have been made elsewhere while nobody could tell this page.
  useEffect(() => {
    if (liveState !== 'live') {
      wasLost.current = liveState !== 'connecting';
    } else if (wasLost.current) {
      wasLost.current = false;
      void load();
    }
  }, [load, liveState]);

  useEffect(() => {
    const onVisible = () => document.visibilityState === 'visible' && void load();
    document.addEventListener('visibilitychange', onVisible);
    return () => document.removeEventListener('visibilitychange', onVisible);
  }, [load]);

  return { tasks, next: next ?? null, isLoading, isLoaded: next !== undefined, problem, load, take };
}
