import { useQuery } from '@tanstack/react-query';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { type Diff, parseDiff } from './parse-diff.ts';

/** The diff of a range; null until it is there. @param version changes whenever the files may have changed */
export function useDiff(taskId: string, query: string, version: string) {
  const { api } = useClient();
  const { data, error } = useQuery({
    queryKey: ['diff', taskId, query, version],
    queryFn: async (): Promise<Diff> => parseDiff(await api.readDiff(taskId, query)),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const problem: ShownProblem | null = error ? toShownProblem(error) : null;
  return { diff: data ?? null, problem };
}
