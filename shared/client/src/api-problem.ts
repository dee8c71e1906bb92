// What went wrong with a call, in the server's words where it has any.
import type { components } from './generated/schema.ts';

export type Problem = components['schemas']['Problem'];

/** The server's problem document as far as there is one, or our own words when there was no answer. */
export type ShownProblem = Pick<Problem, 'title' | 'detail'> &
  Partial<Pick<Problem, 'status' | 'code' | 'request_id' | 'errors'>> & {
    /** Seconds to wait before trying again, from `Retry-After`. */
    retryAfterSeconds?: number;
  };

export class ApiProblem extends Error {
  readonly shown: ShownProblem;

  constructor(shown: ShownProblem, options?: ErrorOptions) {
    super(shown.detail, options);
    this.name = 'ApiProblem';
    this.shown = shown;
  }
}

/** Reads an answer that is not a success. Proxies in between may answer with something other than a problem document. */
export async function toProblem(response: Response): Promise<ShownProblem> {
  const requestId = response.headers.get('x-request-id') ?? undefined;
  const retryAfterSeconds = toRetryAfterSeconds(response.headers.get('retry-after'));
  const body: unknown = await response.json().catch(() => undefined);
  const problem: Partial<Problem> = typeof body === 'object' && body !== null ? body : {};
  return {
    title: problem.title ?? 'Unexpected answer',
    detail: problem.detail ?? `The server answered with status ${response.status}.`,
    status: response.status,
    code: problem.code,
    request_id: problem.request_id ?? requestId,
    errors: problem.errors,
    retryAfterSeconds,
  };
}

/** Nobody is signed in any more; whoever mistypes a password still is. */
export const saysSignedOut = ({ status }: Response, { code }: ShownProblem) =>
  status === 401 && code !== 'CREDENTIALS_WRONG';

/** `Retry-After` is seconds or a date. */
export function toRetryAfterSeconds(header: string | null, now = Date.now()): number | undefined {
  if (!header) return undefined;
  const seconds = Number(header);
  if (Number.isFinite(seconds)) return Math.max(0, Math.ceil(seconds));
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, Math.ceil((date - now) / 1000));
}

/** Anything caught, as something to show. */
export function toShownProblem(error: unknown): ShownProblem {
  if (error instanceof ApiProblem) return error.shown;
  return { title: 'Something went wrong in the page', detail: error instanceof Error ? error.message : String(error) };
}
