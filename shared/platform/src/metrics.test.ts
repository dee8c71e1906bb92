import { createServer } from 'node:http';
import { expect, test } from '@jest/globals';
import express from 'express';
import request from 'supertest';
import { newMetrics } from './metrics.ts';

async function shown(metrics: ReturnType<typeof newMetrics>): Promise<string> {
  const app = express().get('/metrics', metrics.handler);
  const { status, headers, text } = await request(createServer(app)).get('/metrics');
  expect([status, headers['content-type']]).toEqual([200, expect.stringMatching(/^text\/plain; .*version=/)]);
  return text;
}

test('counters, gauges and request times are shown as Prometheus reads them, with the name of the service', async () => {
  const metrics = newMetrics('a-service');
  let open = 3;
  metrics.counter('things_created_total', 'Things created.').inc(2);
  metrics.gauge('open_things', 'Things open.', async () => open);
  metrics.observeRequest('GET /things/:id', 30, 200);
  metrics.observeRequest('GET /things/:id', 3_000, 503);
  const text = await shown(metrics);
  expect(text).toContain('# HELP things_created_total Things created.');
  expect(text).toContain('things_created_total{service="a-service"} 2');
  expect(text).toContain('open_things{service="a-service"} 3');
  const labels = 'service="a-service",endpoint="GET /things/:id"';
  const bucket = (le: string) => `api_request_duration_seconds_bucket{le="${le}",${labels}}`;
  expect(text).toContain(`${bucket('0.02')} 0`);
  expect(text).toContain(`${bucket('0.05')} 1`);
  expect(text).toContain(`${bucket('+Inf')} 2`);
  expect(text).toContain(`api_request_duration_seconds_sum{${labels}} 3.03`);
  expect(text).toMatch(/process_resident_memory_bytes\{service="a-service"\} \d+/);
  open = 5;
  expect(await shown(metrics)).toContain('open_things{service="a-service"} 5');
});

test('services in one process have metrics of their own', async () => {
  const [one, two] = [newMetrics('one'), newMetrics('two')];
  one.counter('things_total', 'Things.').inc();
  two.counter('things_total', 'Things.');
  expect(await shown(one)).toContain('things_total{service="one"} 1');
  expect(await shown(two)).toContain('things_total{service="two"} 0');
});

test('a gauge that cannot be read does not hide the other metrics', async () => {
  const metrics = newMetrics('a-service');
  let away = false;
  metrics.gauge('from_database', 'Read from a database.', async () => {
    if (away) throw new Error('The database is away');
    return 7;
  });
  metrics.counter('things_total', 'Things.').inc();
  expect(await shown(metrics)).toContain('from_database{service="a-service"} 7');
  away = true;
  const text = await shown(metrics);
  expect(text).toContain('things_total{service="a-service"} 1');
  expect(text).not.toContain('from_database{');
  away = false;
  expect(await shown(metrics)).toContain('from_database{service="a-service"} 7');
});
