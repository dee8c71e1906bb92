// Carries one request to a service and its answer back, as they come and at the pace of the slower side.
import type { IncomingHttpHeaders, ServerResponse } from 'node:http';
import type { Readable } from 'node:stream';
import type { Dispatcher } from 'undici';

/** Why a request was given up that no service is to blame for. */
class ClientGone extends Error {}
class TooLarge extends Error {}

export type Failure = 'away' | 'silent' | 'too large';

export type Exchange = {
  method: string;
  body: Buffer | Readable | null;
  response: ServerResponse;
  /** Path and query, as the service is to see them. */
  url: string;
  headers: Record<string, string | string[]>;
  /** Sent to the client unless the service says something else. */
  ownHeaders: readonly (readonly [string, string])[];
  /** How long the service may be silent, before its answer and within it. */
  timeoutMs: number;
  maxBodyBytes: number;
};

export type CarryResult = {
  /** The service has begun to answer. */
  onAnswer(): void;
  /** Nothing was sent to the client yet, where `response.headersSent` does not say so. */
  onFailure(failure: Failure, error: Error): void;
};

/** About the connection to the gateway; the client's is another (RFC 9110, 7.6.1). */
const PER_HOP = new Set(['connection', 'keep-alive', 'proxy-connection', 'transfer-encoding', 'upgrade']);

/** @param pool kept connections to the service */
export function carry(pool: Dispatcher, exchange: Exchange, { onAnswer, onFailure }: CarryResult): void {
  const { response, body, timeoutMs, maxBodyBytes } = exchange;
  let controller: Dispatcher.DispatchController | undefined;
  let sent = 0;
  response.once('close', () => {
    if (!response.writableFinished) controller?.abort(new ClientGone());
  });
  const handler: Dispatcher.DispatchHandler = {
    onRequestStart(given) {
      controller = given;
      if (response.destroyed) given.abort(new ClientGone());
    },
    onBodySent(chunk) {
      sent += chunk.length;
      if (sent > maxBodyBytes) controller?.abort(new TooLarge());
    },
    onResponseStart(_controller, status, headers) {
      // What comes before the answer itself (103) is about the way there.
      if (status < 200) return;
      onAnswer();
      response.writeHead(status, toRawHeaders(headers, exchange));
      // A stream of events has begun, however long its first event takes.
      if (/^text\/event-stream\b/.test(String(headers['content-type'] ?? ''))) response.flushHeaders();
    },
    onResponseData(given, chunk) {
      if (response.write(chunk)) return;
      given.pause();
      response.once('drain', () => given.resume());
    },
    onResponseEnd() {
      response.end();
    },
    onResponseError(_controller, error) {
      if (error instanceof ClientGone || response.destroyed) return;
      const { code } = error as { code?: string };
      const silent = code === 'UND_ERR_HEADERS_TIMEOUT' || code === 'UND_ERR_BODY_TIMEOUT';
      onFailure(error instanceof TooLarge ? 'too large' : silent ? 'silent' : 'away', error);
    },
  };
  pool.dispatch(
    {
      path: exchange.url,
      method: exchange.method as Dispatcher.HttpMethod,
      headers: exchange.headers,
      body,
      headersTimeout: timeoutMs,
      bodyTimeout: timeoutMs,
    },
    handler,
  );
}

function toRawHeaders(headers: IncomingHttpHeaders, { ownHeaders }: Exchange): string[] {
  const raw: string[] = [];
  for (const name in headers) {
    const value = headers[name];
    if (value === undefined || PER_HOP.has(name)) continue;
    if (typeof value === 'string') raw.push(name, value);
    else for (const item of value) raw.push(name, item);
  }
  for (const [name, value] of ownHeaders) if (headers[name] === undefined) raw.push(name, value);
  return raw;
}
