// 1,000 and then 5,000 users of the product, each with a socket that watches a task of theirs and a request each ten seconds,
// through the gateway with its limits as they come. Their clients are in a process of their own.
// Usage: npm run bench -- user-load (BENCH_USERS=1000,5000 BENCH_SECONDS=60)
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { SERVICE_DATABASES } from '@builder-ai/local/service-environments';
import pg from 'pg';
import { hashToken } from '../../gateway/src/auth/token.ts';
import { cpuMsOf } from '../gateway/processes.ts';
import { percentile, show } from '../harness.ts';
import { type RunningProduct, startProduct } from '../running-product.ts';
import { type Child, startChild } from '../sockets/child-calls.ts';
import { keyOf, type Load } from './user-process.ts';

const COUNTS = (process.env.BENCH_USERS ?? '1000,5000').split(',').map(Number);
const SECONDS = Number(process.env.BENCH_SECONDS ?? 60);

export async function benchUserLoad(): Promise<string> {
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  const limits = { RATE_LIMIT_TASKS: '10', RATE_LIMIT_REQUESTS: '6000' };
  const product = await startProduct({ ...limits, DATABASE_URL: server.url('postgres'), AGENT_MODE: 'template' });
  const clients = startChild(new URL('./user-process.ts', import.meta.url));
  try {
    await addUsers(server.url(SERVICE_DATABASES.gateway), Math.max(...COUNTS));
    const lines: string[] = [];
    for (const [nth, count] of COUNTS.entries()) lines.push(await measure(clients, product, count, COUNTS[nth - 1]));
    return lines.join('\n');
  } finally {
    await clients.close();
    await product.close();
    await server.close();
    await rm(root, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function measure(clients: Child, { url, pid }: RunningProduct, count: number, before = 0): Promise<string> {
  const connected = await clients.call<{ ms: number; faults: string[] }>('connect', { url, count: count - before });
  if (connected.faults.length > 0) throw new Error(`${connected.faults.length} could not come: ${connected.faults[0]}`);
  const [cpuBefore, start] = [await cpuMsOf(pid), performance.now()];
  const load = await clients.call<Load>('ask', { seconds: SECONDS });
  const cpuMs = (await cpuMsOf(pid)) - cpuBefore;
  const share = cpuMs / (performance.now() - start);
  const of = (values: number[]) =>
    `p50 ${show(percentile(values, 50))} ms, p95 ${show(percentile(values, 95))} ms, p99 ${show(percentile(values, 99))} ms`;
  return [
    `${count} users, ${count - before} of whom came in ${show(connected.ms / 1_000)} s, for ${SECONDS} s:`,
    `  ${load.times.length} requests, ${load.faults.length} errors${load.faults[0] ? ` such as ${load.faults[0]}` : ''}: ${of(load.times)}`,
    `  ${load.arrivals.length} of ${load.changes} entries arrived: ${of(load.arrivals)}`,
    `  ${load.open} of ${count} sockets are still open`,
    `  the product's process took ${show(share)} of a processor, ${show(cpuMs / (load.times.length + load.faults.length))} ms a request`,
  ].join('\n');
}

/** Users with a key each, as the gateway keeps them: making accounts by the thousand would measure the hashing of passwords. */
async function addUsers(databaseUrl: string, count: number): Promise<void> {
  const db = new pg.Client({ connectionString: databaseUrl });
  await db.connect();
  try {
    const users = Array.from({ length: count }, (_, nth) => nth);
    await db.query(`insert into users (id, name) select id, 'Load' from unnest($1::text[]) id`, [users.map(toId)]);
    await db.query(
      `insert into api_keys (id, user_id, name, prefix, key_hash, scopes)
       select id, id, 'load', 'bai_load', hash, $3 from unnest($1::text[], $2::text[]) as u (id, hash)`,
      [users.map(toId), users.map((nth) => hashToken(keyOf(nth))), ['read', 'run']],
    );
  } finally {
    await db.end();
  }
}

const toId = (nth: number) => `load-${nth}`;
