import { useEffect, useState } from 'react';
import { type ShownProblem, toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../client-context.ts';
import { type DiffRange, toQuery } from './diff-range.ts';
import { type Diff, parseDiff } from './parse-diff.ts';

/** The diff of a range; null until it is there. @param version changes whenever the files may have changed */
export function useDiff(taskId: string, range: DiffRange, version: number) {
  const { api } = useClient();
  const query = toQuery(range);
  const [read, setRead] = useState<{ query: string; diff: Diff } | null>(null);
  const [problem, setProblem] = useState<ShownProblem | null>(null);

  // biome-ignore lint/correctness/useExhaustiveDependencies: a new version is the reason to read again
  useEffect(() => {
    let isCurrent = true;
    api.readDiff(taskId, query).then(
      (text) => {
        if (!isCurrent) return;
        setRead({ query, diff: parseDiff(text) });
        setProblem(null);
      },
      (error) => {
        if (!isCurrent) return;
        setRead(null);
        setProblem(toShownProblem(error));
      },
    );
    return () => {
      isCurrent = false;
    };
  }, [api, taskId, query, version]);

  // What was read for another range is never shown for this one.
  return { diff: read?.query === query ? read.diff : null, problem };
}
