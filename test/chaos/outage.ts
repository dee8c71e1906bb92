// A server that is away for a while, under load: what readiness says meanwhile, and that everything goes on by itself.
import { setTimeout as delay } from 'node:timers/promises';
import type { Cluster, Replica } from '../cluster/cluster.ts';

export const OUTAGES = ['kafka', 'database', 'redis'] as const;
export type Outage = (typeof OUTAGES)[number];

/** Kafka and Redis are killed; every way to the database is cut. */
export async function begin(cluster: Cluster, outage: Outage): Promise<void> {
  if (outage === 'kafka') await cluster.kafka.kill();
  else if (outage === 'redis') await cluster.redis.kill();
  else for (const { database } of cluster.replicas) database.unplug();
}

export async function end(cluster: Cluster, outage: Outage): Promise<void> {
  if (outage === 'kafka') await cluster.kafka.restart();
  else if (outage === 'redis') await cluster.redis.restart();
  else for (const { database } of cluster.replicas) database.plugIn();
}

type Readiness = { status: number; body: { status: string; checks: Record<string, { status: string }> } };

/** What readiness must say: not ready without its own database, degraded without anything else. */
export async function findUntruths(cluster: Cluster, outage: Outage): Promise<string[]> {
  const found: string[] = [];
  for (const replica of cluster.replicas) {
    const { status, body } = await readReadiness(replica);
    const check = body.checks[outage];
    if (outage !== 'database' && !check) continue;
    const expected = outage === 'database' ? [503, 'not_ready', 'unhealthy'] : [200, 'degraded', 'unhealthy'];
    const said = [status, body.status, check?.status];
    if (said.join() !== expected.join())
      found.push(`${replica.name} says ${said.join(' ')} while ${outage} is away, not ${expected.join(' ')}`);
  }
  return found;
}

async function readReadiness({ port }: Replica): Promise<Readiness> {
  const response = await fetch(`http://127.0.0.1:${port}/health/readiness`);
  return { status: response.status, body: (await response.json()) as Readiness['body'] };
}

/** Resolves when everything says that it is ready and nothing worse. @returns the seconds that took */
export async function waitUntilWell(cluster: Cluster, limitMs: number): Promise<number> {
  const started = performance.now();
  for (const replica of cluster.replicas) {
    for (;;) {
      const state = await readReadiness(replica).catch(() => undefined);
      if (state?.body.status === 'ready') break;
      if (performance.now() - started > limitMs)
        throw new Error(`${replica.name} did not become ready again: ${JSON.stringify(state?.body)}`);
      await delay(100);
    }
  }
  return (performance.now() - started) / 1000;
}
