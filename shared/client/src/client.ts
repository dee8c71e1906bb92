// The product's HTTP API, typed by its OpenAPI document. Runs in browsers and in Node; nothing of the services is in it.
import createClient, { type Client, type Middleware } from 'openapi-fetch';
import { ApiProblem, saysSignedOut, toProblem } from './api-problem.ts';
import type { paths } from './generated/schema.ts';
import { toPath } from './to-path.ts';

export type ApiClient = Client<paths>;

export type ClientOptions = {
  /** Of the gateway, such as `http://localhost:8000`; in a page of its own origin left out. */
  baseUrl?: string;
  /** An API key; in a page the session's cookie speaks for the user. */
  key?: string;
  fetch?: typeof globalThis.fetch;
  /** Told whenever an answer says that nobody is signed in. */
  onSignedOut?: () => void;
};

/**
 * Calls are `client.GET('/tasks/{id}', { params: { path: { id } } })`; `dataOf` gives their answer.
 * Whatever is not a success is thrown as ApiProblem.
 */
export function newClient({ baseUrl = '', key, fetch, onSignedOut }: ClientOptions = {}): ApiClient {
  const client = createClient<paths>({
    baseUrl,
    pathSerializer: toPath,
    credentials: 'same-origin',
    ...(fetch && { fetch: (request) => fetch(request) }),
    ...(key !== undefined && { headers: { authorization: `Bearer ${key}` } }),
  });
  client.use(problems(onSignedOut));
  return client;
}

function problems(onSignedOut?: () => void): Middleware {
  return {
    async onResponse({ response }) {
      if (response.ok || response.status === 304) return;
      const problem = await toProblem(response);
      if (saysSignedOut(response, problem)) onSignedOut?.();
      throw new ApiProblem(problem);
    },
    onError({ error }) {
      if (error instanceof ApiProblem || (error as Error).name === 'AbortError') return error as Error;
      const detail = 'The server cannot be reached. Is it still running?';
      return new ApiProblem({ title: 'No answer', detail }, { cause: error });
    },
  };
}

/** What a call answers. @throws ApiProblem */
export async function dataOf<Data>(call: Promise<{ data?: Data }>): Promise<Data> {
  return (await call).data as Data;
}
