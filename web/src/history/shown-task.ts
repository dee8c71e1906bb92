import type { Task, TaskEvent } from '@builder-ai/contracts/task';
import { useMemo } from 'react';
import { commitAt, taskAt } from './task-at.ts';

/** What of a task is on show: as it is now, or as it was after an entry of its timeline. */
export type ShownTask = {
  task: Task;
  /** The timeline up to there. */
  events: readonly TaskEvent[];
  isPast: boolean;
  /** Of a past moment, what keeps its files; null when it had none yet. */
  commit: string | null;
};

/** @param at the entry's number; undefined for now. A number beyond the end is now as well. */
export function useShownTask(task: Task, events: readonly TaskEvent[], at: number | undefined): ShownTask {
  return useMemo(() => {
    const isPast = at !== undefined && at < (events.at(-1)?.seq ?? 0);
    if (!isPast) return { task, events, isPast, commit: null };
    const seq = Math.max(events[0]?.seq ?? 1, at);
    const then = taskAt(task, events, seq);
    return { task: then, events: events.filter((event) => event.seq <= seq), isPast, commit: commitAt(then) };
  }, [task, events, at]);
}
