import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import { useQuery } from '@tanstack/react-query';
import { useClient } from '../app/client-context.ts';

/** Who can build here: asked once. Null until it is known; without an answer nothing is claimed. */
export function useAgents(): FoundAgents | null {
  const { api } = useClient();
  return useQuery({ queryKey: ['agents'], queryFn: api.readAgents, staleTime: Number.POSITIVE_INFINITY }).data ?? null;
}
