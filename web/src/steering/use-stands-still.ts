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
  const seq = findStandstill(events)?.seq ?? null;
  const [quietSince, setQuietSince] = useState<number | null>(null);

  useEffect(() => {
    if (seq === null) return;
    const timer = setTimeout(() => setQuietSince(seq), QUIET_MS);
    return () => clearTimeout(timer);
  }, [seq]);

  return seq !== null && quietSince === seq;
}
