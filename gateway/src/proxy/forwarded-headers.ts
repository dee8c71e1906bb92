// What a client may say about itself to the services: nothing about who or where it is. Those headers are ours.
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import type { ClientAddress } from './client-address.ts';

const OURS =
  /^(x[-_]builder[-_].*|x[-_]forwarded[-_].*|x[-_]real[-_]ip|forwarded|x[-_]request[-_]id|traceparent|tracestate)$/;
const CREDENTIALS = ['cookie', 'authorization', 'proxy-authorization'];
/** About the client's connection to the gateway; the one to the service is another (RFC 9110, 7.6.1). */
const PER_HOP = ['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'expect'];

export type Forwarded = {
  requestId: string;
  traceparent: string;
  identity: Record<string, string>;
  client: ClientAddress;
  /** True for a WebSocket. */
  upgrade?: boolean;
};

/** Replaces the request's headers by those that go to the service. What `Connection` names is kept, unless it is ours. */
export function setForwardedHeaders(request: IncomingMessage, forwarded: Forwarded): void {
  const headers = request.headers;
  for (const name of Object.keys(headers)) {
    if (OURS.test(name) || CREDENTIALS.includes(name) || PER_HOP.includes(name)) delete headers[name];
  }
  const set: IncomingHttpHeaders = {
    ...forwarded.identity,
    ...(forwarded.upgrade && { connection: 'Upgrade' }),
    'x-request-id': forwarded.requestId,
    traceparent: forwarded.traceparent,
    'x-forwarded-for': forwarded.client.address ?? '',
    'x-forwarded-proto': forwarded.client.protocol,
    'x-forwarded-host': headers.host ?? '',
  };
  Object.assign(headers, set);
}
