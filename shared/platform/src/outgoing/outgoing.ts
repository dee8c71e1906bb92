// The one place that calls addresses which users or their tools have named (webhooks, tool servers): only what may be reached,
// no redirects to elsewhere, no more bytes and no more time than allowed.
import { Readable } from 'node:stream';
import { Agent, type Dispatcher, request } from 'undici';
import { AppError } from '../problem.ts';
import { newAllowedTargets } from './allowed-targets.ts';
import { newReach, type Resolve, resolveName } from './checked-connect.ts';
import { limitBytes } from './limit-bytes.ts';

const MAX_REDIRECTS = 3;
/** Until an answer begins, and between two parts of it. */
const SILENCE_MS = 60_000;
const SEND_TIMEOUT_MS = 10_000;
const SEND_MAX_BYTES = 64 * 1024;
const FETCH_MAX_BYTES = 16 * 1024 * 1024;

export type Sent = { status: number; headers: Headers; body: string };

export type SendOptions = {
  method?: string;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
  /** From the first moment to the last byte. */
  timeoutMs?: number;
  maxBytes?: number;
};

export type Outgoing = {
  /**
   * One request and its whole answer, whatever its status.
   * @throws AppError ADDRESS_REFUSED, REDIRECT_REFUSED, ANSWER_TOO_LARGE; other errors when nobody answers in time
   */
  send(url: string, options?: SendOptions): Promise<Sent>;
  /** The same as a stream, in the form of the platform's own fetch. Bodies are text or bytes. */
  fetch(url: string | URL, init?: RequestInit): Promise<Response>;
  /** Whether the address may be called at this moment; each call asks again. @throws AppError ADDRESS_REFUSED */
  check(url: string): Promise<void>;
  close(): Promise<void>;
};

/** @param allow what may be called besides the internet, as in OUTGOING_ALLOW */
export function openOutgoing(allow: readonly string[], resolve: Resolve = resolveName): Outgoing {
  const reach = newReach(newAllowedTargets(allow), resolve);
  const agent = new Agent({
    connect: reach.connect,
    headersTimeout: SILENCE_MS,
    bodyTimeout: SILENCE_MS * 5,
    allowH2: false,
  });

  async function follow(start: URL, init: RequestInit, maxBytes: number): Promise<Response> {
    let url = checkUrl(start);
    const { signal } = init;
    for (let redirects = 0; ; redirects += 1) {
      const answer = await request(url, {
        dispatcher: agent,
        method: (init.method ?? 'GET') as Dispatcher.HttpMethod,
        // A packed answer could be as small as you like, and as large as it likes when it is unpacked.
        headers: { ...Object.fromEntries(new Headers(init.headers)), 'accept-encoding': 'identity' },
        body: (init.body ?? null) as string | Uint8Array | null,
        ...(signal && { signal }),
      });
      const next = redirectOf(answer, url);
      if (!next) return toResponse(answer, maxBytes);
      await answer.body.dump({ limit: SEND_MAX_BYTES });
      const safe =
        next.origin === url.origin && (answer.statusCode >= 307 || /^(GET|HEAD)$/i.test(init.method ?? 'GET'));
      if (!safe || redirects >= MAX_REDIRECTS) throw new AppError('REDIRECT_REFUSED');
      url = checkUrl(next);
    }
  }

  return {
    async send(url, { timeoutMs = SEND_TIMEOUT_MS, maxBytes = SEND_MAX_BYTES, ...init } = {}) {
      const signal = AbortSignal.timeout(timeoutMs);
      const answer = await follow(parse(url), { ...init, signal } as RequestInit, maxBytes);
      return { status: answer.status, headers: answer.headers, body: await answer.text() };
    },
    fetch: async (url, init = {}) => follow(parse(String(url)), init, FETCH_MAX_BYTES),
    async check(url) {
      const { hostname, port, protocol } = checkUrl(parse(url));
      await reach.find(hostname, Number(port) || (protocol === 'https:' ? 443 : 80)).catch((cause: unknown) => {
        throw cause instanceof AppError ? cause : new AppError('ADDRESS_REFUSED', { cause });
      });
    },
    close: () => agent.destroy(),
  };
}

function parse(url: string): URL {
  if (!URL.canParse(url)) throw new AppError('ADDRESS_REFUSED');
  return new URL(url);
}

/** A URL's name and password would be written down by whoever logs the URL. */
function checkUrl(url: URL): URL {
  const known = url.protocol === 'https:' || url.protocol === 'http:';
  if (!known || url.username !== '' || url.password !== '') throw new AppError('ADDRESS_REFUSED');
  return url;
}

function redirectOf({ statusCode, headers }: Dispatcher.ResponseData, url: URL): URL | undefined {
  const { location } = headers;
  if (![301, 302, 303, 307, 308].includes(statusCode) || typeof location !== 'string') return undefined;
  if (!URL.canParse(location, url.href)) throw new AppError('REDIRECT_REFUSED');
  return new URL(location, url);
}

function toResponse({ statusCode, headers, body }: Dispatcher.ResponseData, maxBytes: number): Response {
  const entries = Object.entries(headers).flatMap(([name, value]): [string, string][] =>
    value === undefined ? [] : [value].flat().map((item) => [name, item]),
  );
  const isEmpty = [204, 205, 304].includes(statusCode);
  if (isEmpty) body.resume();
  const stream = isEmpty ? null : (Readable.toWeb(limitBytes(body, maxBytes)) as ReadableStream);
  return new Response(stream, { status: statusCode, headers: entries });
}
