// What a client may say about itself to the services: nothing about who or where it is. Those headers are ours.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';

const OURS =
  /^(x[-_]builder[-_].*|x[-_]forwarded[-_].*|x[-_]real[-_]ip|forwarded|x[-_]request[-_]id|traceparent|tracestate)$/;
const CREDENTIALS = ['cookie', 'authorization'];

export type Forwarded = {
  requestId: string;
  traceparent: string;
  identity: Record<string, string>;
  protocol: 'http' | 'https';
};

/** Replaces the request's headers by those that go to the service. */
export function setForwardedHeaders(request: IncomingMessage, forwarded: Forwarded): void {
  const headers = request.headers;
  // `Connection: x-builder-identity` asks a proxy to drop that header on the way; it drops nothing of ours here.
  const named = String(headers.connection ?? '').toLowerCase();
  for (const name of Object.keys(headers)) {
    if (OURS.test(name) || CREDENTIALS.includes(name)) delete headers[name];
  }
  if (named && !/^(upgrade|keep-alive|close)$/.test(named.trim())) {
    headers.connection = named.includes('upgrade') ? 'Upgrade' : 'keep-alive';
  }
  const set: IncomingHttpHeaders = {
    ...forwarded.identity,
    'x-request-id': forwarded.requestId,
    traceparent: forwarded.traceparent,
    'x-forwarded-for': request.socket.remoteAddress ?? '',
    'x-forwarded-proto': forwarded.protocol,
    'x-forwarded-host': headers.host ?? '',
  };
  Object.assign(headers, set);
}
