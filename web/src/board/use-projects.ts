import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';

/** The projects that the reader is a member of; the personal one is among them. */
export function useProjects() {
  const { api } = useClient();
  return useQuery({ queryKey: ['projects'], queryFn: api.listProjects, staleTime: 30_000 });
}
