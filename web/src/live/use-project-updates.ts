import type { Task } from '@builder-ai/contracts/task';
import { useQueryClient } from '@tanstack/react-query';
import { useEffect, useEffectEvent } from 'react';
import { useClient } from '../app/client-context.ts';
import { useProjects } from '../board/use-projects.ts';
import { useLiveState } from '../page/use-live-state.ts';

/**
 * Tells of every task of the reader's projects as it changes, made here or elsewhere, as lists show it: without log and
 * messages. What was missed is read with the list, which is read anew once the subscription holds.
 */
export function useProjectUpdates(onTask: (task: Task) => void): void {
  const { live } = useClient();
  const queries = useQueryClient();
  const isLive = useLiveState() === 'live';
  const projects = useProjects().data;
  const ids = projects?.map(({ id }) => id).join(' ') ?? '';
  const take = useEffectEvent(onTask);

  useEffect(() => {
    if (!isLive || ids === '') return;
    const { socket } = live;
    const readAnew = () => void queries.invalidateQueries({ queryKey: ['tasks'] });
    const update = ({ task }: { task: Task }) => take(task);
    const reset = (which?: { project_id?: string }) => which?.project_id && readAnew();
    socket.on('project_update', update);
    socket.on('reset', reset);
    for (const id of ids.split(' ')) socket.emit('subscribe_project', id, readAnew);
    return () => {
      socket.off('project_update', update);
      socket.off('reset', reset);
      for (const id of ids.split(' ')) socket.emit('unsubscribe_project', id);
    };
  }, [live, queries, isLive, ids]);
}
