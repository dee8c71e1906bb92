// What a Kubernetes Service does: sends connections to replicas that are ready, in turn.

import type { AddressInfo } from 'node:net';
import { connect, createServer, type Socket } from 'node:net';

export type LoadBalancer = { url: string; close(): Promise<void> };

const PROBE_MS = 250;

/** @param ports of the replicas, on loopback; there may be more later */
export async function openLoadBalancer(ports: readonly number[]): Promise<LoadBalancer> {
  const ready = new Set<number>();
  const sockets = new Set<Socket>();
  let next = 0;

  async function probe(port: number): Promise<void> {
    try {
      const { ok } = await fetch(`http://127.0.0.1:${port}/health/readiness`, { signal: AbortSignal.timeout(1_000) });
      if (ok) ready.add(port);
      else ready.delete(port);
    } catch {
      ready.delete(port);
    }
  }

  /** Ready ones first; when there is none, any may have come back since it was asked. */
  function candidates(): number[] {
    next += 1;
    const turned = ports.map((_port, index) => ports[(index + next) % ports.length] as number);
    return [...turned.filter((port) => ready.has(port)), ...turned.filter((port) => !ready.has(port))];
  }

  function join(near: Socket, left: number[]): void {
    const [port, ...others] = left;
    if (port === undefined) {
      near.destroy();
      return;
    }
    const far = connect(port, '127.0.0.1');
    sockets.add(far);
    let connected = false;
    far.once('connect', () => {
      connected = true;
      near.setNoDelay();
      far.setNoDelay();
      near.pipe(far);
      far.pipe(near);
    });
    far.on('error', () => {});
    far.once('close', () => {
      sockets.delete(far);
      // Nobody listened there: nothing was sent, so the next one may have the connection.
      if (!connected && !near.destroyed) join(near, others);
      else near.destroy();
    });
    near.once('close', () => far.destroy());
  }

  const server = createServer((near) => {
    sockets.add(near);
    near.on('error', () => {});
    near.once('close', () => sockets.delete(near));
    join(near, candidates());
  });
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  await Promise.all(ports.map(probe));
  const timer = setInterval(() => void Promise.all(ports.map(probe)), PROBE_MS);
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    close() {
      clearInterval(timer);
      for (const socket of sockets) socket.destroy();
      return new Promise((resolve) => {
        server.close(() => resolve());
      });
    },
  };
}
