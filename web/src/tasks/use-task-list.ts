import type { Task } from '@builder-ai/contracts/task';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useCallback, useMemo, useState } from 'react';
import { toShownProblem } from '../api/api-problem.ts';
import { useClient } from '../app/client-context.ts';
import { useDeletedTasks } from '../live/use-deleted-tasks.ts';
import { mergeTasks } from './merge-tasks.ts';
import { type TaskFilter, toListAddress } from './task-filter.ts';

/**
 * Tasks, newest first, page by page. Read again when the connection comes back and when the page is looked at again; `take`
 * puts in what came from elsewhere: a task that was just made, or a newer version of a listed one.
 */
export function useTaskList(filter: TaskFilter = {}) {
  const { api } = useClient();
  const deleted = useDeletedTasks();
  const [taken, setTaken] = useState<readonly Task[]>([]);
  const query = useInfiniteQuery({
    queryKey: ['tasks', filter],
    queryFn: ({ pageParam }) => api.listTasks(pageParam),
    initialPageParam: toListAddress(filter),
    getNextPageParam: (page) => page.next,
    staleTime: 0,
    placeholderData: (before) => before,
  });
  const tasks = useMemo(
    () =>
      mergeTasks(mergeTasks([], query.data?.pages.flatMap((page) => page.tasks) ?? []), taken).filter(
        ({ id }) => !deleted.has(id),
      ),
    [query.data, taken, deleted],
  );
  const take = useCallback((task: Task) => setTaken((known) => mergeTasks(known, [task])), []);
  return {
    tasks,
    hasMore: query.hasNextPage,
    isLoading: query.isFetching,
    isLoaded: query.data !== undefined,
    problem: query.error ? toShownProblem(query.error) : null,
    reload: () => void query.refetch(),
    loadMore: () => void query.fetchNextPage(),
    take,
  };
}
