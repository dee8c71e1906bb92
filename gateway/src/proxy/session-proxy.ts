// The way to notification-service where it has several replicas: what belongs to a session that began by polling goes to the
// replica that has it, all else to any of them.
import { markOfSession } from '@builder-ai/platform/session-id';
import type { ReplicaAddresses } from './replica-addresses.ts';
import { newServiceProxy, type ServiceProxy, type ServiceProxyOptions } from './service-proxy.ts';
import { SOCKET_PATH } from './upgrade.ts';

export function newSessionProxy(options: ServiceProxyOptions, replicas: ReplicaAddresses): ServiceProxy {
  const any = newServiceProxy(options);
  const byUrl = new Map<string, ServiceProxy>();

  function proxyFor(url: string | undefined): ServiceProxy {
    const replica = findReplica(url ?? '', replicas);
    if (!replica) return any;
    const known = byUrl.get(replica);
    if (known) return known;
    for (const [gone, proxy] of byUrl) {
      if (replicas.has(gone)) continue;
      byUrl.delete(gone);
      void proxy.close();
    }
    const made = newServiceProxy({ ...options, url: replica });
    byUrl.set(replica, made);
    return made;
  }

  return {
    carry: (exchange, slow, onFailure) => proxyFor(exchange.url).carry(exchange, slow, onFailure),
    upgrade: (request, socket, head) => proxyFor(request.url).upgrade(request, socket, head),
    async close() {
      replicas.close();
      await Promise.all([any, ...byUrl.values()].map((proxy) => proxy.close()));
    },
  };
}

function findReplica(url: string, replicas: ReplicaAddresses): string | undefined {
  if (!url.startsWith(`${SOCKET_PATH}?`)) return undefined;
  const id = new URLSearchParams(url.slice(SOCKET_PATH.length + 1)).get('sid');
  const mark = id === null ? undefined : markOfSession(id);
  return mark === undefined ? undefined : replicas.find(mark);
}
