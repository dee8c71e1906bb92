import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import type { ShownTask } from '../history/shown-task.ts';
import { sumUsage } from './sum-usage.ts';
import type { Usage } from './usage.ts';

type Read = { usage: Usage | null; problem: ShownProblem | null };

/**
 * What the task's models used: the server's own sum, read anew when a call was paid; of a past moment, the sum of the
 * calls that the timeline tells of by then. Nothing is asked for before the first call.
 */
export function useUsage({ task, events, isPast }: ShownTask): Read {
  const { api } = useClient();
  const paid = events.filter((event) => event.event_type === 'usage_recorded').length;
  const past = useMemo(() => (isPast && paid > 0 ? sumUsage(events) : null), [isPast, paid, events]);
  const { data, error } = useQuery({
    queryKey: ['usage', task.id, paid],
    queryFn: () => api.readUsage(task.id),
    enabled: paid > 0 && !isPast,
    placeholderData: (before) => before,
  });
  if (isPast) return { usage: past, problem: null };
  return { usage: data ?? null, problem: error ? toShownProblem(error) : null };
}
