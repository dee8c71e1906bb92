// Prometheus metrics of one service, in a registry of its own (all four may live in one process).
import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

/** One value of a gauge that has labels. */
export type Sample = { labels: Record<string, string>; value: number };

export type Metrics = {
  service: string;
  registry: Registry;
  /** @param labels names of few and known values: never an id, a path or a text of a user */
  counter<T extends string>(name: string, help: string, labels?: readonly T[]): Counter<T>;
  /** @param buckets upper bounds, in the unit that the name ends with */
  histogram<T extends string>(
    name: string,
    help: string,
    buckets: readonly number[],
    labels?: readonly T[],
  ): Histogram<T>;
  /** A gauge that is read when somebody asks for the metrics, and left out when it cannot be read. */
  gauge(name: string, help: string, read: () => Promise<number> | number): Gauge;
  /** The same for a gauge with labels: what is not read now is not shown now. */
  gauges<T extends string>(name: string, help: string, labels: readonly T[], read: () => Promise<Sample[]>): Gauge<T>;
  observeRequest(endpoint: string, durationMs: number, status: number): void;
  handler: RequestHandler;
};

const API_BUCKETS = [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120];

export function newMetrics(service: string): Metrics {
  const registry = new Registry();
  const registers = [registry];
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'api_request_duration_seconds',
    help: 'Time to answer an API request, by endpoint.',
    labelNames: ['endpoint'],
    buckets: API_BUCKETS,
    registers,
  });
  const requests = new Counter({
    name: 'api_requests_total',
    help: 'API requests answered, by endpoint and status.',
    labelNames: ['endpoint', 'status'],
    registers,
  });
  return {
    service,
    registry,
    counter: (name, help, labels = []) => new Counter({ name, help, labelNames: labels, registers }),
    histogram: (name, help, buckets, labels = []) =>
      new Histogram({ name, help, labelNames: labels, buckets: [...buckets], registers }),
    gauge: (name, help, read) =>
      new Gauge({
        name,
        help,
        registers,
        async collect() {
          try {
            this.set(await read());
          } catch {
            // Not known now, so not shown: the others are wanted most while something is away.
            this.remove();
          }
        },
      }),
    gauges: (name, help, labels, read) =>
      new Gauge({
        name,
        help,
        labelNames: labels,
        registers,
        async collect() {
          const samples = await read().catch(() => []);
          this.reset();
          for (const sample of samples)
            this.set(sample.labels as Record<(typeof labels)[number], string>, sample.value);
        },
      }),
    observeRequest(endpoint, durationMs, status) {
      duration.observe({ endpoint }, durationMs / 1000);
      requests.inc({ endpoint, status: String(status) });
    },
    handler: async (_request, response) => {
      response.type(registry.contentType).send(await registry.metrics());
    },
  };
}
