// What a client may say about itself to the services: nothing about who or where it is. Those headers are ours.
import type { IncomingMessage } from 'node:http';
import type { ClientAddress } from './client-address.ts';

const OURS =
  /^(x[-_]builder[-_].*|x[-_]forwarded[-_].*|x[-_]real[-_]ip|forwarded|x[-_]request[-_]id|traceparent|tracestate)$/;
const CREDENTIALS = ['cookie', 'authorization', 'proxy-authorization'];
/** About the client's connection to the gateway; the one to the service is another (RFC 9110, 7.6.1). */
const PER_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'expect'];
/** Set anew by whoever carries the request: its body comes in chunks or with a length, and it asks for no other protocol. */
const BY_CARRIER = ['transfer-encoding', 'upgrade', 'http2-settings'];

const isDropped = (name: string) => OURS.test(name) || CREDENTIALS.includes(name) || PER_HOP.includes(name);

/** Which names are kept of those that were seen: most requests have the same few. */
const kept = new Map<string, boolean>();
const MAX_KEPT = 1_000;

function isKept(name: string): boolean {
  let answer = kept.get(name);
  if (answer === undefined) {
    answer = !isDropped(name) && !BY_CARRIER.includes(name);
    if (kept.size < MAX_KEPT) kept.set(name, answer);
  }
  return answer;
}

export type Forwarded = {
  requestId: string;
  traceparent: string;
  identity: Record<string, string>;
  client: ClientAddress;
};

/** The headers of a request as they go to the service. What `Connection` names is kept, unless it is ours. */
export function toForwardedHeaders(
  { headers }: IncomingMessage,
  forwarded: Forwarded,
): Record<string, string | string[]> {
  const sent: Record<string, string | string[]> = {};
  for (const name in headers) {
    const value = headers[name];
    if (value !== undefined && isKept(name)) sent[name] = value;
  }
  return Object.assign(sent, ownHeaders(headers.host, forwarded));
}

/** For a WebSocket: replaces the request's own headers, which are what is sent on. */
export function setForwardedHeaders({ headers }: IncomingMessage, forwarded: Forwarded): void {
  for (const name of Object.keys(headers)) if (isDropped(name)) delete headers[name];
  Object.assign(headers, ownHeaders(headers.host, forwarded), { connection: 'Upgrade' });
}

function ownHeaders(host = '', { identity, requestId, traceparent, client }: Forwarded): Record<string, string> {
  return {
    ...identity,
    'x-request-id': requestId,
    traceparent,
    'x-forwarded-for': client.address ?? '',
    'x-forwarded-proto': client.protocol,
    'x-forwarded-host': host,
  };
}
