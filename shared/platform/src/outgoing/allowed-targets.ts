// Which addresses that are not public the operator lets this process call: networks, hosts, or hosts with a port.
import { BlockList, isIP } from 'node:net';

export type AllowedTargets = {
  /** Whatever address the host has. */
  allowsHost(host: string, port: number): boolean;
  allowsAddress(address: string): boolean;
};

/** @param entries as in OUTGOING_ALLOW: `10.1.0.0/16`, `::1`, `hooks.internal`, `localhost:9000` */
export function newAllowedTargets(entries: readonly string[]): AllowedTargets {
  const networks = new BlockList();
  const hosts = new Set<string>();
  for (const entry of entries) {
    const target = parseTarget(entry);
    if (!target) throw new Error('An allowed target is a network, an address, or a host with or without a port.');
    if ('prefix' in target) networks.addSubnet(target.address, target.prefix, target.family);
    else hosts.add(target.host);
  }
  return {
    allowsHost: (host, port) => hosts.has(host) || hosts.has(`${host}:${port}`),
    allowsAddress: (address) => {
      const family = isIP(address);
      return family !== 0 && networks.check(address, family === 4 ? 'ipv4' : 'ipv6');
    },
  };
}

type Target = { address: string; prefix: number; family: 'ipv4' | 'ipv6' } | { host: string };

const HOST = /^(?:[a-z0-9_-]+(?:\.[a-z0-9_-]+)*|\[[0-9a-f:.]+\])(?::\d{1,5})?$/i;

/** @returns undefined for what is none */
export function parseTarget(entry: string): Target | undefined {
  const [address = '', prefix] = entry.split('/', 2);
  const version = isIP(address);
  if (version !== 0) {
    const longest = version === 4 ? 32 : 128;
    const length = prefix === undefined ? longest : Number(prefix);
    if (prefix !== undefined && !/^\d{1,3}$/.test(prefix)) return undefined;
    return length <= longest ? { address, prefix: length, family: version === 4 ? 'ipv4' : 'ipv6' } : undefined;
  }
  return HOST.test(entry) ? { host: entry.toLowerCase() } : undefined;
}
