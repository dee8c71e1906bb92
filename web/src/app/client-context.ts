import type { LiveConnection } from '@builder-ai/client/live-connection';
import { createContext, useContext } from 'react';
import type { Api } from '../api/api.ts';

/** What the page's parts need of the outside; made once, in main.tsx. */
export type Client = { api: Api; live: LiveConnection };

export const ClientContext = createContext<Client | null>(null);

export function useClient(): Client {
  const client = useContext(ClientContext);
  if (!client) throw new Error('ClientContext is missing above this component');
  return client;
}
