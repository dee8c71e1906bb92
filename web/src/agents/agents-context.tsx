import type { FoundAgents } from '@builder-ai/contracts/found-agents';
import { createContext, type ReactNode, useContext, useEffect, useState } from 'react';
import { useClient } from '../client-context.ts';

const AgentsContext = createContext<FoundAgents | null>(null);

/** Asks once who can build here. Without an answer nothing is claimed, and a task is made as the server decides. */
export function AgentsProvider({ children }: { children: ReactNode }) {
  const { api } = useClient();
  const [agents, setAgents] = useState<FoundAgents | null>(null);

  useEffect(() => {
    let isCurrent = true;
    api
      .readAgents()
      .then((found) => isCurrent && setAgents(found))
      // The task list, which is read at the same time, says what is wrong.
      .catch(() => undefined);
    return () => {
      isCurrent = false;
    };
  }, [api]);

  return <AgentsContext value={agents}>{children}</AgentsContext>;
}

/** Null until it is known. */
export const useAgents = (): FoundAgents | null => useContext(AgentsContext);
