import type { Task } from '@builder-ai/contracts/task';
import { useRef, useState } from 'react';
import type { NewTask } from '../api/api.ts';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { useCountdown } from '../page/use-countdown.ts';
import { newKey } from './new-key.ts';

/** Creates tasks, one at a time; says why when it cannot, and how long to wait when there were too many. */
export function useCreateTask() {
  const { api } = useClient();
  const [isSending, setIsSending] = useState(false);
  const [problem, setProblem] = useState<ShownProblem | null>(null);
  const waitSeconds = useCountdown(problem);
  /** One key for one wish: sending the same again after a lost answer does not make a second task. */
  const wish = useRef({ text: '', key: '' });

  /** @returns null when it was not created: `problem` then says why */
  async function create(task: NewTask): Promise<Task | null> {
    if (isSending) return null;
    setIsSending(true);
    const text = JSON.stringify(task);
    if (wish.current.text !== text) wish.current = { text, key: newKey() };
    try {
      const created = await api.createTask(task, wish.current.key);
      wish.current = { text: '', key: '' };
      setProblem(null);
      return created;
    } catch (error) {
      setProblem(toShownProblem(error));
      return null;
    } finally {
      setIsSending(false);
    }
  }

  return { create, isSending, problem, waitSeconds };
}
