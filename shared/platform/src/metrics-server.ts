// Metrics on a port of their own, for a Prometheus that reaches what the public does not; they need no sign-in there.
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { mergeMetrics } from './merge-metrics.ts';
import type { Metrics } from './metrics.ts';

export type MetricsServer = { url: string; close(): Promise<void> };

/** Answers `GET /metrics` with the metrics of all that it is given. */
export async function startMetricsServer(
  all: readonly Metrics[],
  address: { host: string; port: number },
): Promise<MetricsServer> {
  const server = createServer(async (request, response) => {
    if (request.method !== 'GET' || request.url !== '/metrics') {
      response.writeHead(404).end();
      return;
    }
    try {
      const texts = await Promise.all(all.map(({ registry }) => registry.metrics()));
      response.writeHead(200, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' }).end(mergeMetrics(texts));
    } catch {
      response.writeHead(500).end();
    }
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(address, resolve);
  });
  const { port } = server.address() as AddressInfo;
  const host = address.host.includes(':') ? `[${address.host}]` : address.host;
  return {
    url: `http://${host}:${port}/metrics`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}
