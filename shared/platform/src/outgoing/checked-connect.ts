// Connections to addresses that may be reached, and to no others: the name is resolved once, what it resolves to is checked,
// and the connection goes to what was checked. A name that means something else a moment later changes nothing.
import { promises as dns, type LookupAddress } from 'node:dns';
import { isIP, type Socket } from 'node:net';
import { buildConnector } from 'undici';
import { AppError } from '../problem.ts';
import type { AllowedTargets } from './allowed-targets.ts';
import { isPublicAddress } from './public-address.ts';

/** Every address of a name. */
export type Resolve = (host: string) => Promise<LookupAddress[]>;

export const resolveName: Resolve = (host) => dns.lookup(host, { all: true, verbatim: true });

const CONNECT_TIMEOUT_MS = 5_000;
const MAX_ADDRESSES_TRIED = 4;

export type Reach = {
  /** The addresses of a host that may be reached. @throws AppError ADDRESS_REFUSED when there is none */
  find(host: string, port: number): Promise<LookupAddress[]>;
  /** For an undici Agent. */
  connect: buildConnector.connector;
};

export function newReach(allowed: AllowedTargets, resolve: Resolve): Reach {
  const connectTo = buildConnector({ timeout: CONNECT_TIMEOUT_MS, allowH2: false });

  async function find(host: string, port: number): Promise<LookupAddress[]> {
    // Without the brackets of an IPv6 address, or the dot that ends a whole name.
    const plain = host.replace(/^\[|[\].]$/g, '').toLowerCase();
    const family = isIP(plain);
    const addresses = family === 0 ? await resolve(plain) : [{ address: plain, family }];
    if (allowed.allowsHost(family === 6 ? `[${plain}]` : plain, port)) return addresses;
    const reachable = addresses.filter(({ address }) => isPublicAddress(address) || allowed.allowsAddress(address));
    if (reachable.length === 0) throw new AppError('ADDRESS_REFUSED');
    return reachable;
  }

  /** One after the other, until one answers. */
  async function connectFirst(options: buildConnector.Options) {
    const { hostname, protocol } = options;
    const addresses = await find(hostname, Number(options.port) || (protocol === 'https:' ? 443 : 80));
    let failure: unknown = new Error(`${hostname} has no address.`);
    for (const { address } of addresses.slice(0, MAX_ADDRESSES_TRIED)) {
      // The certificate is the name's, whatever address it has.
      const named = isIP(hostname) === 0 && protocol === 'https:' && { servername: hostname };
      const { promise, resolve: connected, reject } = Promise.withResolvers<Socket>();
      connectTo({ ...options, ...named, hostname: address }, (...[error, socket]) =>
        error ? reject(error) : connected(socket as Socket),
      );
      try {
        return await promise;
      } catch (error) {
        failure = error;
      }
    }
    throw failure;
  }

  return {
    find,
    connect(options, callback) {
      connectFirst(options).then(
        (socket) => callback(null, socket),
        (error: Error) => callback(error, null),
      );
    },
  };
}
