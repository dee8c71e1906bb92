// The ids of socket.io's sessions, which a gateway and a replica agree on: an id says at which replica the session is, to whoever
// knows the replicas' addresses.
import { createHash, randomBytes } from 'node:crypto';
import { plainAddress } from './socket-address.ts';

/** A digest: an id leads to no address that the gateway does not know already. */
export function markOfAddress(address: string, port: number): string {
  return createHash('sha256')
    .update(`${plainAddress(address)} ${port}`)
    .digest('base64url')
    .slice(0, 12);
}

/** @param address where the session's first request came in, which is where the gateway finds the replica */
export const newSessionId = (address: string, port: number): string =>
  `${randomBytes(15).toString('base64url')}.${markOfAddress(address, port)}`;

/** @returns undefined for an id of another kind */
export const markOfSession = (id: string): string | undefined => /^[\w-]{20}\.([\w-]{12})$/.exec(id)?.[1];
