// A model provider that follows a script: a real HTTP server that speaks the Anthropic Messages API, so that the official
// SDK is what talks to it. Our own, because whoever asks again after a crash must get the answer that fits the request,
// whatever was asked before: the libraries for this count through a list of answers, and break by chance.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { countTokens, halves, toErrorBody, toEvents, toMessage } from './scripted-provider/anthropic-messages.ts';
import { type RequestBody, readRequest, type Script, type ScriptRequest } from './scripted-provider/script.ts';

/** What goes wrong with a request, instead of its answer. */
export type Fault =
  | { kind: 'status'; status: number; retryAfterSeconds?: number; message?: string }
  /** The connection breaks in the middle of the answer. */
  | { kind: 'cut' }
  /** The answer ends in the middle, as if that were all of it. */
  | { kind: 'stop' }
  /** The answer begins, and nothing more ever comes. */
  | { kind: 'stall' }
  /** No answer ever comes. */
  | { kind: 'hang' };

export type ProviderRequest = ScriptRequest & {
  /** Milliseconds since 1970. */
  at: number;
  /** Whether the answer was sent whole. */
  complete: boolean;
};

export type ScriptedProviderOptions = {
  script: Script;
  port?: number;
  /** The key it accepts; any when left out. */
  apiKey?: string;
  latencyMs?: (request: ScriptRequest) => number;
  /** @param count requests received, this one included */
  fault?: (request: ScriptRequest, count: number) => Fault | undefined;
  /** Called when a request is received, before anything is answered. */
  onRequest?: (request: ProviderRequest) => void;
  /** Called when its answer was sent, or its connection ended before. */
  onEnd?: (request: ProviderRequest) => void;
};

export type ScriptedProvider = { url: string; requests: ProviderRequest[]; close(): Promise<void> };

export async function startScriptedProvider(options: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const refusal = checkRequest(request, options.apiKey);
    if (refusal) return fail(response, refusal);
    const body = parse(text);
    if (!body) return fail(response, 400);
    const received: ProviderRequest = { ...readRequest(body), at: Date.now(), complete: false };
    requests.push(received);
    response.setHeader('request-id', `req_${requests.length}`);
    options.onRequest?.(received);
    const fault = options.fault?.(received, requests.length);
    response.on('close', () => {
      received.complete = response.writableFinished && fault?.kind !== 'stop';
      options.onEnd?.(received);
    });
    const latencyMs = options.latencyMs?.(received) ?? 0;
    if (latencyMs > 0) await delay(latencyMs);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') return fail(response, fault.status, fault);
    const message = {
      id: createHash('sha256').update(text).digest('hex').slice(0, 24),
      model: String(body.model),
      inputTokens: countTokens(Buffer.byteLength(text)),
      answer: options.script(received, body),
    };
    const streams = body.stream === true;
    const parts = streams ? toEvents(message) : halves(JSON.stringify(toMessage(message)));
    response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
    send(response, parts, fault);
  }

  const server = createServer((request, response) => {
    response.on('error', () => {});
    answer(request, response).catch(() => response.destroy());
  });
  server.listen(options.port ?? 0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    requests,
    async close() {
      server.closeAllConnections();
      server.close();
      await once(server, 'close');
    },
  };
}

/** @returns the status to refuse it with */
function checkRequest({ method, url, headers }: IncomingMessage, apiKey: string | undefined): number | undefined {
  if (method !== 'POST' || url?.split('?')[0] !== '/v1/messages') return 404;
  // Newer clients send the key as a bearer token.
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (!key || (apiKey && key !== apiKey)) return 401;
  return headers['anthropic-version'] ? undefined : 400;
}

function send(response: ServerResponse, parts: string[], fault: Fault | undefined): void {
  const sent = fault ? parts.slice(0, Math.ceil(parts.length / 2)) : parts;
  for (const part of sent) response.write(part);
  if (fault?.kind === 'cut') setImmediate(() => response.destroy());
  else if (fault?.kind !== 'stall') response.end();
}

type Failure = { retryAfterSeconds?: number; message?: string };

function fail(response: ServerResponse, status: number, { retryAfterSeconds, message }: Failure = {}): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(toErrorBody(status, message)));
}

function parse(text: string): RequestBody | undefined {
  try {
    return JSON.parse(text) as RequestBody;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
