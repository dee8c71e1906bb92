// What telemetry costs: POST /tasks with traces that are exported and metrics that are scraped, beside the same without.
// Usage: npm run bench -- telemetry
import { once } from 'node:events';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { findFreePort } from '@builder-ai/local/free-port';
import { compare, compareCalls, report, roundsOf, throughput } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const ROUNDS = 9;
const ROUND_MS = 2_000;
const WIDTH = 16;
const CALLS = 100;
const SCRAPE_MS = 1_000;

export async function benchTelemetry(): Promise<string> {
  const collector = await startCollector();
  const metricsPort = await findFreePort();
  const on = await startProduct({ OTEL_EXPORTER_OTLP_ENDPOINT: collector.url, METRICS_PORT: String(metricsPort) });
  const off = await startProduct();
  // Fifteen times as often as the Prometheus that comes with us does.
  const scraping = setInterval(() => void scrape(metricsPort), SCRAPE_MS);
  try {
    const [withIt, without] = [newCreate(on.url), newCreate(off.url)];
    const rounds = roundsOf(ROUNDS);
    const side = (name: string, call: () => Promise<void>) => ({
      name,
      unit: 'requests/s',
      round: () => throughput(WIDTH, ROUND_MS, call),
    });
    const many = await compare(
      side('POST /tasks with telemetry, 16 at a time', withIt),
      side('POST /tasks without, 16 at a time', without),
      rounds,
    );
    const one = await compareCalls(
      { name: 'POST /tasks with telemetry, one at a time', call: withIt },
      { name: 'POST /tasks without, one at a time', call: without },
      rounds,
      CALLS,
    );
    return `${report(many)}\n${report(one)}\n${Math.round(collector.received() / 1024)} KiB of spans were exported`;
  } finally {
    clearInterval(scraping);
    await on.close();
    await off.close();
    await collector.close();
  }
}

function newCreate(url: string): () => Promise<void> {
  const body = JSON.stringify({ type: 'build', goal: 'build a landing page with a contact form' });
  return async () => {
    const response = await fetch(`${url}/tasks`, { method: 'POST', headers: HEADERS, body });
    await response.arrayBuffer();
    if (response.status !== 200) throw new Error(`POST /tasks answered ${response.status}`);
  };
}

async function scrape(port: number): Promise<void> {
  const response = await fetch(`http://127.0.0.1:${port}/metrics`);
  await response.arrayBuffer();
}

/** Takes what is exported and does nothing with it: what a collector does is not the product's cost. */
async function startCollector() {
  let bytes = 0;
  const server = createServer((request, response) => {
    request.on('data', (chunk: Buffer) => {
      bytes += chunk.length;
    });
    request.on('end', () => response.writeHead(200, { 'content-type': 'application/json' }).end('{}'));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    received: () => bytes,
    async close() {
      server.close();
      server.closeAllConnections();
      await once(server, 'close');
    },
  };
}
