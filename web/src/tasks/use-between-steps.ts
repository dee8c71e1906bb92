import type { TaskEvent } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';

/** A run that goes on begins its next step well within this time. */
const QUIET_MS = 2000;

/**
 * Whether a task that is in progress stands still after a step: it was run for one step only and can be run on. The
 * API does not say so of a task; the server still refuses to run one that is running.
 */
export function useBetweenSteps(events: readonly TaskEvent[]): boolean {
  const last = events.at(-1);
  const mayStandStill = last?.event_type === 'step_completed' && last.data.next_step !== null;
  const seq = mayStandStill ? last.seq : null;
  const [quietSince, setQuietSince] = useState<number | null>(null);

  useEffect(() => {
    if (seq === null) return;
    const timer = setTimeout(() => setQuietSince(seq), QUIET_MS);
    return () => clearTimeout(timer);
  }, [seq]);

  return seq !== null && quietSince === seq;
}
