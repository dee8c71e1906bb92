import type { TaskDelta, TaskEvent } from '@builder-ai/contracts/task';
import { useEffect, useMemo, useRef, useState } from 'react';
import { useClient } from '../app/client-context.ts';
import { addDelta, goingOn, type LivePart } from './live-parts.ts';

/** What models are saying and commands are printing at this moment, of a task that is watched. None of it is kept. */
export function useLiveParts(taskId: string, events: readonly TaskEvent[]): readonly LivePart[] {
  const { live } = useClient();
  const [parts, setParts] = useState<readonly LivePart[]>([]);
  const lastSeq = useRef(0);

  useEffect(() => {
    lastSeq.current = events.at(-1)?.seq ?? 0;
    setParts((known) => goingOn(known, events));
  }, [events]);

  useEffect(() => {
    const take = (delta: TaskDelta) => {
      if (delta.task_id === taskId) setParts((known) => addDelta(known, delta, lastSeq.current));
    };
    live.socket.on('task_delta', take);
    return () => {
      live.socket.off('task_delta', take);
      setParts([]);
    };
  }, [live, taskId]);

  // An entry and what it ends are drawn together: nothing is there twice, even for a moment.
  return useMemo(() => goingOn(parts, events), [parts, events]);
}
