// A client that does not give up: it repeats a request, with the same Idempotency-Key, until it is answered.
import { randomUUID } from 'node:crypto';
import { setTimeout as delay } from 'node:timers/promises';

export type Answer<T> = { status: number; body: T };

export type PatientClient = {
  /** @throws when an answer is a fault of the request, or none comes in time */
  request<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
  text(path: string): Promise<string>;
  status(path: string): Promise<number>;
  /** @throws when there is nothing to remove, and no request before this one can have removed it */
  remove(path: string): Promise<void>;
  /** The requests that were answered by an error or not at all, and then repeated. */
  failures(): readonly string[];
  /** How many were answered. */
  answered(): number;
};

/** @returns whether it was done; false when the state it was about had gone (409) */
export async function unlessTooLate(request: Promise<unknown>): Promise<boolean> {
  try {
    await request;
    return true;
  } catch (error) {
    if (!String(error).includes('answered 409')) throw error;
    return false;
  }
}

const LIMIT_MS = 120_000;
const PAUSE_MS = 100;

export function newPatientClient(url: string, apiKey: string): PatientClient {
  const failed: string[] = [];
  let answered = 0;

  async function send(method: string, path: string, body?: unknown, onFailure = () => {}): Promise<Response> {
    const key = randomUUID();
    const deadline = performance.now() + LIMIT_MS;
    for (let last = ''; performance.now() < deadline; await delay(PAUSE_MS)) {
      try {
        const response = await fetch(url + path, {
          method,
          headers: {
            authorization: `Bearer ${apiKey}`,
            ...(method === 'POST' && { 'idempotency-key': key }),
            ...(body !== undefined && { 'content-type': 'application/json' }),
          },
          ...(body !== undefined && { body: JSON.stringify(body) }),
          signal: AbortSignal.timeout(20_000),
        });
        if (response.status < 500 && response.status !== 429) {
          answered += 1;
          return response;
        }
        last = `${response.status} ${await response.text()}`;
      } catch (error) {
        last = String(error);
      }
      failed.push(`${method} ${path}: ${last}`);
      onFailure();
      if (performance.now() > deadline) throw new Error(`${method} ${path} was never answered: ${last}`);
    }
    throw new Error(`${method} ${path} was never answered.`);
  }

  return {
    async request<T>(method: string, path: string, body?: unknown) {
      const response = await send(method, path, body);
      const text = await response.text();
      if (response.status >= 400) throw new Error(`${method} ${path} answered ${response.status}: ${text}`);
      return { status: response.status, body: JSON.parse(text) as T };
    },
    text: async (path) => (await send('GET', path)).text(),
    async status(path) {
      const response = await send('GET', path);
      await response.arrayBuffer();
      return response.status;
    },
    async remove(path) {
      let mayBeDone = false;
      const { status } = await send('DELETE', path, undefined, () => {
        mayBeDone = true;
      });
      if (status !== 204 && !(status === 404 && mayBeDone)) throw new Error(`DELETE ${path} answered ${status}`);
    },
    failures: () => failed,
    answered: () => answered,
  };
}
