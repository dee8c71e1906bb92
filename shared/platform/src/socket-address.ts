// Addresses as connections show them.
import { isIPv6 } from 'node:net';

/** IPv4 as it is, also where it came in on a socket that takes both kinds (RFC 4291, 2.5.5.2). */
export const plainAddress = (address: string): string => address.replace(/^::ffff:(?=\d+\.)/, '');

/** @returns `http://host:port` */
export function toBaseUrl(address: string, port: number | undefined): string {
  const plain = plainAddress(address);
  return `http://${isIPv6(plain) ? `[${plain}]` : plain}:${port}`;
}
