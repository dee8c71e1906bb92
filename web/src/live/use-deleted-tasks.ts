import { useEffect, useState } from 'react';
import { useClient } from '../app/client-context.ts';

/** The ids of tasks that were deleted since, here or elsewhere: what is in a list already need not be in its next reading. */
export function useDeletedTasks(): ReadonlySet<string> {
  const { live } = useClient();
  const [deleted, setDeleted] = useState<ReadonlySet<string>>(new Set());
  useEffect(() => {
    const { socket } = live;
    const take = (which?: { deleted_task_id?: string }) => {
      const id = which?.deleted_task_id;
      if (id) setDeleted((known) => new Set(known).add(id));
    };
    socket.on('reset', take);
    return () => void socket.off('reset', take);
  }, [live]);
  return deleted;
}
