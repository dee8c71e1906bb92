// A model provider that follows a script: a real HTTP server that speaks the Anthropic Messages API, so that the official
// SDK is what talks to it.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { countTokens, toEvents, toMessage } from './scripted-provider/anthropic-messages.ts';
import { readRequest, type Script, type ScriptRequest } from './scripted-provider/script.ts';

/** What goes wrong with a request, instead of its answer. */
export type Fault =
  | { kind: 'status'; status: number; retryAfterSeconds?: number }
  /** The connection ends in the middle of the answer. */
  | { kind: 'cut' }
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
};

export type ScriptedProvider = { url: string; requests: ProviderRequest[]; close(): Promise<void> };

export async function startScriptedProvider(options: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    if (request.method !== 'POST' || request.url?.split('?')[0] !== '/v1/messages')
      return fail(response, 404, 'not_found_error');
    // Newer clients send the key as a bearer token.
    const key = request.headers['x-api-key'] ?? request.headers.authorization?.replace(/^Bearer /, '');
    if (!key || (options.apiKey && key !== options.apiKey)) return fail(response, 401, 'authentication_error');
    const body = JSON.parse(text);
    const received: ProviderRequest = { ...readRequest(body), at: Date.now(), complete: false };
    requests.push(received);
    options.onRequest?.(received);
    const fault = options.fault?.(received, requests.length);
    const latencyMs = options.latencyMs?.(received) ?? 0;
    if (latencyMs > 0) await delay(latencyMs);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') {
      if (fault.retryAfterSeconds !== undefined) response.setHeader('retry-after', String(fault.retryAfterSeconds));
      return fail(response, fault.status, fault.status === 529 ? 'overloaded_error' : 'api_error');
    }
    const message = {
      id: createHash('sha256').update(text).digest('hex').slice(0, 24),
      model: String(body.model),
      inputTokens: countTokens(Buffer.byteLength(text)),
      answer: options.script(received),
    };
    if (body.stream !== true)
      response.setHeader('content-type', 'application/json').end(JSON.stringify(toMessage(message)));
    else stream(response, toEvents(message), fault?.kind === 'cut');
    if (fault?.kind !== 'cut') {
      await once(response, 'close');
      received.complete = response.writableFinished;
    }
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

function stream(response: ServerResponse, events: string[], cut: boolean): void {
  response.writeHead(200, { 'content-type': 'text/event-stream', 'cache-control': 'no-cache' });
  const sent = cut ? events.slice(0, Math.ceil(events.length / 2)) : events;
  for (const event of sent) response.write(event);
  if (cut) setImmediate(() => response.destroy());
  else response.end();
}

function fail(response: ServerResponse, status: number, type: string): void {
  const body = { type: 'error', error: { type, message: `The script answers ${status}.` } };
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
