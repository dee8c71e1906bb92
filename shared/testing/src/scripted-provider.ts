// A model provider that follows a script: a real HTTP server that speaks the Anthropic Messages API and OpenAI's Responses
// and Chat Completions, by path, so that the official SDKs are what talks to it. Our own, because whoever asks again after a crash must get the answer that fits the request,
// whatever was asked before: the libraries for this count through a list of answers, and break by chance.
import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { setTimeout as delay } from 'node:timers/promises';
import { anthropicMessages, countTokens, halves } from './scripted-provider/anthropic-messages.ts';
import { openaiChat } from './scripted-provider/openai-chat.ts';
import { openaiResponses } from './scripted-provider/openai-responses.ts';
import type { Protocol } from './scripted-provider/protocol.ts';
import { readRequest, type Script, type ScriptRequest } from './scripted-provider/script.ts';

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
  /** The answer is held back until this resolves. */
  held?: (request: ScriptRequest) => Promise<unknown> | undefined;
  /** Slow tokens: the time before each part of an answer but the first. */
  partMs?: (request: ScriptRequest) => number;
  /** Called when a part of an answer was handed to the network. */
  onPart?: (request: ProviderRequest, part: string) => void;
  /** @param count requests received, this one included */
  fault?: (request: ScriptRequest, count: number) => Fault | undefined;
  /** Called when a request is received, before anything is answered. */
  onRequest?: (request: ProviderRequest) => void;
  /** Called when its answer was sent, or its connection ended before. */
  onEnd?: (request: ProviderRequest) => void;
};

export type ScriptedProvider = { url: string; requests: ProviderRequest[]; close(): Promise<void> };

const PROTOCOLS: readonly Protocol[] = [anthropicMessages, openaiResponses, openaiChat];

export async function startScriptedProvider(options: ScriptedProviderOptions): Promise<ScriptedProvider> {
  const requests: ProviderRequest[] = [];

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const text = await readBody(request);
    const protocol = PROTOCOLS.find(({ path }) => path === request.url?.split('?')[0]);
    if (!protocol || request.method !== 'POST') return fail(response, anthropicMessages, 404);
    const refusal = checkRequest(request, protocol, options.apiKey);
    if (refusal) return fail(response, protocol, refusal);
    const sent = parse(text);
    if (!sent) return fail(response, protocol, 400);
    const body = protocol.read(sent);
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
    await options.held?.(received);
    if (fault?.kind === 'hang') return;
    if (fault?.kind === 'status') return fail(response, protocol, fault.status, fault);
    const message = {
      id: createHash('sha256').update(text).digest('hex').slice(0, 24),
      model: String(body.model),
      inputTokens: countTokens(Buffer.byteLength(text)),
      answer: options.script(received, body),
    };
    const streams = body.stream === true;
    const parts = streams ? protocol.events(message) : halves(JSON.stringify(protocol.whole(message)));
    response.writeHead(200, { 'content-type': streams ? 'text/event-stream' : 'application/json' });
    const { partMs, onPart } = options;
    const pauseMs = partMs?.(received) ?? 0;
    await send(response, parts, { fault, pauseMs, onPart: (part) => onPart?.(received, part) });
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
function checkRequest(
  { headers }: IncomingMessage,
  protocol: Protocol,
  apiKey: string | undefined,
): number | undefined {
  // Newer clients send the key as a bearer token.
  const key = headers['x-api-key'] ?? headers.authorization?.replace(/^Bearer /, '');
  if (!key || (apiKey && key !== apiKey)) return 401;
  return protocol.header === undefined || headers[protocol.header] ? undefined : 400;
}

type Sending = { fault: Fault | undefined; pauseMs: number; onPart: (part: string) => void };

async function send(response: ServerResponse, parts: string[], { fault, pauseMs, onPart }: Sending): Promise<void> {
  const sent = fault ? parts.slice(0, Math.ceil(parts.length / 2)) : parts;
  for (const [index, part] of sent.entries()) {
    if (index > 0 && pauseMs > 0) await delay(pauseMs);
    response.write(part);
    onPart(part);
  }
  if (fault?.kind === 'cut') setImmediate(() => response.destroy());
  else if (fault?.kind !== 'stall') response.end();
}

type Failure = { retryAfterSeconds?: number; message?: string };

function fail(
  response: ServerResponse,
  { error }: Protocol,
  status: number,
  { retryAfterSeconds, message = `The script answers ${status}.` }: Failure = {},
): void {
  if (retryAfterSeconds !== undefined) response.setHeader('retry-after', String(retryAfterSeconds));
  response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(error(status, message)));
}

function parse(text: string): Record<string, unknown> | undefined {
  try {
    return JSON.parse(text) as Record<string, unknown>;
  } catch {
    return undefined;
  }
}

async function readBody(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString('utf8');
}
