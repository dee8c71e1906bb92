// The gateway with all that it does, beside the same things done naively, proxies that do nothing else, and nginx.
// Usage: npm run bench -- gateway
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { findFreePort } from '@builder-ai/local/free-port';
import pg from 'pg';
import {
  API_KEY,
  cpuMsOf,
  load,
  requirePrograms,
  type Started,
  startFullGateway,
  startNginx,
  startProgram,
} from './gateway/processes.ts';
import { percentile, roundsOf, show } from './harness.ts';

const ROUNDS = roundsOf(7);
const SECONDS = 3;
const CONNECTIONS = 50;
const TASK_ID = '01890000-0000-7000-8000-000000000001';

export async function benchGateway(): Promise<string> {
  await requirePrograms({ wrk: 'wrk', nginx: 'nginx-light' });
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const postgres = await openEmbeddedPostgres({ directory: join(directory, 'server') });
  const started: Started[] = [];
  const start = async (starting: Promise<Started>) => {
    const program = await starting;
    started.push(program);
    return program;
  };
  try {
    const upstream = await start(startProgram('upstream', {}));
    for (const name of ['full', 'naive']) await postgres.ensureDatabase(name);
    const full = await start(
      startFullGateway({
        databaseUrl: postgres.url('full'),
        logFile: join(directory, 'full.log'),
        upstreams: { task: upstream.url, agent: upstream.url, notification: upstream.url },
      }),
    );
    const key = await newKey(postgres.url('full'), postgres.url('naive'), full);
    const naive = await start(
      startProgram('naive-gateway', {
        UPSTREAM: upstream.url,
        DATABASE_URL: postgres.url('naive'),
        LOG_FILE: join(directory, 'naive.log'),
      }),
    );
    const bare = await start(startProgram('bare-proxy', { UPSTREAM: upstream.url }));
    const fastify = await start(startProgram('fastify-proxy', { UPSTREAM: upstream.url }));
    const nginx = await start(startNginx(directory, upstream.url, await findFreePort()));
    const contestants = { full, naive, bare, '@fastify/http-proxy': fastify, nginx };
    return await measure(contestants, key);
  } finally {
    for (const program of started.reverse()) await program.close();
    await postgres.close();
    await rm(directory, { recursive: true, force: true });
  }
}

/** A key as people have them, in a table and not in the environment; the naive gateway's table has the same one. */
async function newKey(fullUrl: string, naiveUrl: string, full: Started): Promise<string> {
  const made = await fetch(`${full.url}/keys`, {
    method: 'POST',
    headers: { authorization: `Bearer ${API_KEY}`, 'content-type': 'application/json' },
    body: JSON.stringify({ name: 'bench', scopes: ['read'] }),
  });
  const { key } = (await made.json()) as { key: string };
  const clients = [fullUrl, naiveUrl].map((connectionString) => new pg.Client({ connectionString }));
  const [from, to] = clients as [pg.Client, pg.Client];
  for (const client of clients) await client.connect();
  const { rows } = await from.query('select key_hash, user_id, scopes from api_keys');
  await to.query(
    'create table api_keys (key_hash text primary key, user_id text, scopes text[], revoked_at timestamptz)',
  );
  for (const row of rows)
    await to.query('insert into api_keys values ($1, $2, $3)', [row.key_hash, row.user_id, row.scopes]);
  for (const client of clients) await client.end();
  return key;
}

type Measured = { rates: number[]; cpu: number[] };

/** One after the other, round by round, in an order that turns. */
async function measure(contestants: Record<string, Started>, key: string): Promise<string> {
  const names = Object.keys(contestants);
  const measured = new Map<string, Measured>(names.map((name) => [name, { rates: [], cpu: [] }]));
  const headers = { authorization: `Bearer ${key}` };
  for (let round = -1; round < ROUNDS; round += 1) {
    for (let nth = 0; nth < names.length; nth += 1) {
      const name = names[(nth + Math.max(round, 0)) % names.length] as string;
      const { url, pid } = contestants[name] as Started;
      // The first round is not counted: code and connections are cold.
      const options = { connections: CONNECTIONS, seconds: round < 0 ? 1 : SECONDS };
      const before = await cpuMsOf(pid);
      const { requestsPerSecond, requests, errors } = await load(`${url}/tasks/${TASK_ID}`, headers, options);
      if (errors > 0) throw new Error(`${name} answered ${errors} requests with an error.`);
      if (round < 0) continue;
      measured.get(name)?.rates.push(requestsPerSecond);
      measured.get(name)?.cpu.push(((await cpuMsOf(pid)) - before) / (requests / 1000));
    }
  }
  const full = measured.get('full') as Measured;
  return names
    .map((name) => {
      const { rates, cpu } = measured.get(name) as Measured;
      const words = `${name}: ${spread(rates)} requests/s, ${spread(cpu)} µs of CPU a request`;
      if (name === 'full') return words;
      // More requests, and less of the CPU: above 1 the gateway is better in both.
      const byRate = full.rates.map((rate, round) => rate / (rates[round] as number));
      const byCpu = full.cpu.map((time, round) => (cpu[round] as number) / time);
      return `${words}; full ÷ ${name}: ${spread(byRate)} by requests, ${spread(byCpu)} by CPU`;
    })
    .join('\n');
}

const spread = (values: readonly number[]) =>
  `${show(percentile(values, 50))} (${show(Math.min(...values))}–${show(Math.max(...values))})`;
