// Where a request comes from: the connection's other end, or what the proxies that we stand behind say of it. Their number is
// configured; whatever a client wrote itself stands further left in the list and is not read.
import type { IncomingMessage } from 'node:http';
import { isIP } from 'node:net';

export type ClientAddress = { address: string | undefined; protocol: 'http' | 'https' };

/** @param hops how many proxies of ours a request passes before it comes here */
export function readClientAddress({ headers, socket }: IncomingMessage, hops: number): ClientAddress {
  const address = fromRight(headers['x-forwarded-for'], hops);
  const protocol = fromRight(headers['x-forwarded-proto'], hops);
  return {
    address: address !== undefined && isIP(address) !== 0 ? address : socket.remoteAddress,
    protocol: protocol === 'https' ? 'https' : 'http',
  };
}

/** Each proxy adds one at the end; a proxy that sets the header anew leaves one alone. */
function fromRight(header: string | string[] | undefined, hops: number): string | undefined {
  if (hops === 0 || header === undefined) return undefined;
  const parts = String(header).split(',');
  return parts.at(-Math.min(hops, parts.length))?.trim();
}
