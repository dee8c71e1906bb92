// Calls the real product and fits every answer against its own OpenAPI document.
import type { Product } from '../stories/product.ts';
import { newAnswerCheck, type OpenApi } from './answer-check.ts';

export type Visit = {
  path?: Record<string, string>;
  query?: string;
  body?: unknown;
  headers?: Record<string, string>;
  /** The media type of a body that is a string. */
  type?: string;
};

export type Visited<T = Record<string, unknown>> = { status: number; headers: Headers; body: T; text: string };

export type Visitor = Awaited<ReturnType<typeof newVisitor>>;

/** @param headers who calls */
export async function newVisitor({ url }: Product, headers: Record<string, string>) {
  const document = (await (await fetch(`${url}/openapi.json`)).json()) as OpenApi;
  const check = newAnswerCheck(document);
  const faults: string[] = [];
  /** `GET /tasks` → the statuses that it answered. */
  const seen = new Map<string, Set<number>>();

  async function send(method: string, template: string, visit: Visit): Promise<Visited> {
    const { path = {}, query = '', body, type } = visit;
    const target = template.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = path[name] ?? '';
      return name === 'path' ? value : encodeURIComponent(value);
    });
    const response = await fetch(url + target + query, {
      method,
      redirect: 'manual',
      headers: {
        ...headers,
        ...(body !== undefined && { 'content-type': type ?? 'application/json' }),
        ...visit.headers,
      },
      ...(body !== undefined && { body: typeof body === 'string' ? body : JSON.stringify(body) }),
    });
    const text = await response.text();
    const isJson = /json$/.test(response.headers.get('content-type')?.split(';', 1)[0] ?? '');
    const answer = { status: response.status, headers: response.headers, text, body: isJson ? JSON.parse(text) : text };
    const name = `${method} ${template}`;
    seen.set(name, (seen.get(name) ?? new Set()).add(answer.status));
    const found = check.faultsOf(method, template, { ...answer, type: response.headers.get('content-type') });
    faults.push(...found.map((fault) => `${name}: ${fault}`));
    return answer;
  }

  /** Reads once more with the tag that the answer had: it still holds, or the answer is another one by now. */
  async function readAgain(template: string, visit: Visit, etag: string): Promise<void> {
    const again = await send('GET', template, { ...visit, headers: { ...visit.headers, 'if-none-match': etag } });
    if (again.status === 304 ? again.text !== '' : again.headers.get('etag') === etag)
      faults.push(`GET ${template}: answered ${again.status} to its own ETag`);
  }

  return {
    /** @param template the path as the document has it @param status what is expected */
    async call<T = Record<string, unknown>>(method: string, template: string, status: number, visit: Visit = {}) {
      const answer = await send(method, template, visit);
      if (answer.status !== status)
        throw new Error(
          `${method} ${template} answered ${answer.status} in place of ${status}: ${answer.text.slice(0, 500)}`,
        );
      const etag = answer.headers.get('etag');
      if (method === 'GET' && etag !== null) await readAgain(template, visit, etag);
      return answer as Visited<T>;
    },
    faults: (): readonly string[] => faults,
    operations: (): string[] =>
      Object.entries(document.paths).flatMap(([path, item]) =>
        Object.keys(item).map((method) => `${method.toUpperCase()} ${path}`),
      ),
    succeeded: (name: string) => [...(seen.get(name) ?? [])].some((status) => status < 400),
  };
}
