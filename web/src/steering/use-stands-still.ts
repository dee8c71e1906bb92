import type { TaskEvent } from '@builder-ai/contracts/task';
import { useEffect, useState } from 'react';
import { findStandstill } from './steering.ts';

/** A run that goes on begins its next step well within this time. */
const QUIET_MS = 2000;

/**
 * Whether a task that is in progress stands still: it was run for one step only, or forked, and can be run on. The API
 * does not say so of a task; the server still refuses to run one that is running.
 */
export function useStandsStill(events: readonly TaskEvent[]): boolean {
  const standstill = findStandstill(events);
  const seq = standstill?.seq ?? null;
  // Nobody works on a fork before it is run.
  const quietMs = standstill?.event_type === 'task_forked' ? 0 : QUIET_MS;
  const [quietSince, setQuietSince] = useState<number | null>(null);

  useEffect(() => {
    if (seq === null) return;
    const timer = setTimeout(() => setQuietSince(seq), quietMs);
    return () => clearTimeout(timer);
  }, [seq, quietMs]);

  return seq !== null && quietSince === seq;
}
