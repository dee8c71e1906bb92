// Our own API, called by the gateway in the name of whoever called it: the same routes, rights and limits as from outside.

/** What the API refused, in its own words. */
export class ApiProblem extends Error {
  readonly code: string;

  constructor(code: string, detail: string) {
    super(`${code}: ${detail}`);
    this.code = code;
  }
}

export type ApiCall = {
  /** @throws ApiProblem for an answer that is no success */
  json<T>(method: string, path: string, body?: object): Promise<T>;
  /** @throws ApiProblem as above */
  text(path: string): Promise<string>;
  /** Nothing is left of it. @throws ApiProblem as above */
  remove(path: string): Promise<void>;
  /** Aborted when whoever called is gone. */
  signal: AbortSignal;
};

export type ApiCallOptions = {
  /** Where the gateway itself is reached. */
  baseUrl: string;
  /** The name it was called by, and the caller's key. */
  headers: { host: string; authorization: string };
  signal: AbortSignal;
};

export function newApiCall({ baseUrl, headers, signal }: ApiCallOptions): ApiCall {
  async function send(method: string, path: string, body?: object): Promise<Response> {
    const response = await fetch(baseUrl + path, {
      method,
      headers: { ...headers, ...(body && { 'content-type': 'application/json' }) },
      ...(body && { body: JSON.stringify(body) }),
      redirect: 'error',
      signal,
    });
    if (response.ok) return response;
    const { code = response.status, detail = '' } = (await response.json().catch(() => ({}))) as Record<string, string>;
    throw new ApiProblem(String(code), detail);
  }

  return {
    signal,
    json: async <T>(method: string, path: string, body?: object) =>
      (await (await send(method, path, body)).json()) as T,
    text: async (path) => (await send('GET', path)).text(),
    async remove(path) {
      await send('DELETE', path);
    },
  };
}
