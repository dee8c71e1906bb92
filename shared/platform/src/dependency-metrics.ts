// What a service stands on, as metrics: its health checks, its connections to the database, its consumer.

import { statfs } from 'node:fs/promises';
import { type ConsumerName, consumers } from '@builder-ai/contracts/topics';
import type { Bus } from './bus/bus.ts';
import type { Database } from './database.ts';
import type { Health } from './health.ts';
import type { Metrics } from './metrics.ts';

const VALUE_OF = { healthy: 1, warning: 0.5, unhealthy: 0 } as const;

/** The checks are made once for each time that the metrics are asked for. */
export function addHealthMetrics(metrics: Metrics, health: Health): void {
  let last = Promise.resolve<Awaited<ReturnType<Health['check']>>>([]);
  metrics.gauges('health_check', 'A health check: 1 healthy, 0.5 warning, 0 unhealthy.', ['check'], async () => {
    last = health.check();
    return (await last).map(({ name, status }) => ({ labels: { check: name }, value: VALUE_OF[status] }));
  });
  // Read after the one above, as they are collected in the order in which they were made.
  metrics.gauges('health_check_duration_seconds', 'How long a health check took.', ['check'], async () =>
    (await last).map(({ name, durationMs }) => ({ labels: { check: name }, value: durationMs / 1000 })),
  );
}

export function addDatabaseMetrics(metrics: Metrics, { pool }: Database): void {
  metrics.gauge('database_connections', 'Open connections to the database.', () => pool.totalCount);
  metrics.gauge('database_connections_idle', 'Those of them that nobody uses.', () => pool.idleCount);
  metrics.gauge('database_waiting_requests', 'Callers that wait for a connection.', () => pool.waitingCount);
}

/** The share of the disk that is free, where the service writes. */
export function addDiskMetrics(metrics: Metrics, directory: string): void {
  metrics.gauge('disk_free_ratio', 'Free share of the disk that the service writes to.', async () => {
    const { bavail, blocks } = await statfs(directory);
    return bavail / blocks;
  });
}

// Open ones alone have an index; a long list is counted no further than told.
const COUNTED_AT_MOST = 100_000;
const DEAD_LETTERS = `select state, count(*)::int as n from (
    select state from dead_letters where settled_at is null limit ${COUNTED_AT_MOST}
  ) open group by state`;

/** Dead letters and what waits behind them, and how far the consumer is behind the bus. */
export function addConsumerMetrics(metrics: Metrics, db: Database, bus: Bus, consumer: ConsumerName): void {
  metrics.gauges('dead_letters', 'Rejected events (dead) and those that wait (held).', ['state'], async () => {
    const rows = await db.query<{ state: string; n: number }>(DEAD_LETTERS);
    const found = new Map(rows.map(({ state, n }) => [state, n]));
    return ['dead', 'held'].map((state) => ({ labels: { state }, value: found.get(state) ?? 0 }));
  });
  metrics.gauges('consumer_lag_messages', 'Messages on the bus that are not applied yet.', ['topic'], async () => {
    const lags = await bus.lag(consumer, consumers[consumer]);
    return lags.map(({ topic, messages }) => ({ labels: { topic }, value: messages }));
  });
}
