import { QueryClient } from '@tanstack/react-query';
import { ApiProblem } from '../api/api-problem.ts';

const TRIES = 2;

/** What was read stays on show while it is read again. Refusals are final; what time may heal is tried again. */
export function newQueryClient(): QueryClient {
  return new QueryClient({
    defaultOptions: {
      queries: {
        staleTime: 5_000,
        // The socket says when something is away and when it is back; see useRefreshOnReconnect.
        networkMode: 'always',
        refetchOnReconnect: false,
        retry: (failures, error) => failures < TRIES && !isRefusal(error),
      },
      mutations: { networkMode: 'always', retry: false },
    },
  });
}

function isRefusal(error: Error): boolean {
  const status = error instanceof ApiProblem ? error.shown.status : undefined;
  return status !== undefined && status < 500;
}
