// Prometheus metrics of one service, in a registry of its own (all four may live in one process).
import type { RequestHandler } from 'express';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

export type Metrics = {
  registry: Registry;
  counter(name: string, help: string): Counter;
  /** A gauge that is read when somebody asks for the metrics, and left out when it cannot be read. */
  gauge(name: string, help: string, read: () => Promise<number>): Gauge;
  observeRequest(endpoint: string, durationMs: number): void;
  handler: RequestHandler;
};

export function newMetrics(service: string): Metrics {
  const registry = new Registry();
  registry.setDefaultLabels({ service });
  collectDefaultMetrics({ register: registry });
  const duration = new Histogram({
    name: 'api_request_duration_seconds',
    help: 'Time to answer an API request, by endpoint.',
    labelNames: ['endpoint'],
    buckets: [0.002, 0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 120],
    registers: [registry],
  });
  return {
    registry,
    counter: (name, help) => new Counter({ name, help, registers: [registry] }),
    gauge: (name, help, read) =>
      new Gauge({
        name,
        help,
        registers: [registry],
        async collect() {
          try {
            this.set(await read());
          } catch {
            // Not known now, so not shown: the others are wanted most while something is away.
            this.remove();
          }
        },
      }),
    observeRequest: (endpoint, durationMs) => duration.observe({ endpoint }, durationMs / 1000),
    handler: async (_request, response) => {
      response.type(registry.contentType).send(await registry.metrics());
    },
  };
}
