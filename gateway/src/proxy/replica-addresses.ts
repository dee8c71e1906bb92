// Where the replicas of a service are, each by itself: names are resolved again and again, as replicas come and go.
import { lookup } from 'node:dns/promises';
import type { Logger } from '@builder-ai/platform/logger';
import { markOfAddress } from '@builder-ai/platform/session-id';
import { toBaseUrl } from '@builder-ai/platform/socket-address';

export type ReplicaAddresses = {
  /** @returns the base URL of the replica with this mark */
  find(mark: string): string | undefined;
  has(url: string): boolean;
  close(): void;
};

const LOOK_MS = 2_000;

/** @param hosts each `host:port`; a name may have several addresses */
export async function openReplicaAddresses(hosts: readonly string[], logger: Logger): Promise<ReplicaAddresses> {
  let urls = new Map<string, string>();

  async function look(): Promise<void> {
    try {
      const found = await Promise.all(hosts.map(resolve));
      urls = new Map(found.flat());
    } catch (error) {
      // Those that are known may be there still.
      logger.debug('The addresses of replicas cannot be found out', { error });
    }
  }

  await look();
  const timer = setInterval(() => void look(), LOOK_MS).unref();
  return {
    find: (mark) => urls.get(mark),
    has: (url) => [...urls.values()].includes(url),
    close: () => clearInterval(timer),
  };
}

async function resolve(host: string): Promise<[mark: string, url: string][]> {
  const url = new URL(`http://${host}`);
  const port = Number(url.port || 80);
  const addresses = await lookup(url.hostname.replace(/^\[|\]$/g, ''), { all: true });
  return addresses.map(({ address }) => [markOfAddress(address, port), toBaseUrl(address, port)]);
}
