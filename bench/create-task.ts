// POST /tasks through the gateway beside raw durable inserts of the same three rows in one commit.
// Usage: npm run bench -- create-task

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import pg from 'pg';
import { compare, report, throughput } from './harness.ts';
import { HEADERS, startProduct } from './running-product.ts';

const ROUNDS = 7;
const ROUND_MS = 2_000;
const WIDTH = 16;

const TABLES = `create table a (id text primary key, body json not null, at timestamptz default now());
  create table b (id text, seq int, body json not null, primary key (id, seq));
  create table c (position bigserial primary key, id text, event text not null)`;
const INSERT = `with x as (insert into a (id, body) values ($1, $2)), y as (insert into b values ($1, 1, $2))
  insert into c (id, event) values ($1, $3)`;

export async function benchCreateTask(): Promise<string> {
  const product = await startProduct();
  const root = await mkdtemp(join(tmpdir(), 'builder-bench-raw-'));
  const server = await openEmbeddedPostgres({ directory: join(root, 'server') });
  const pool = new pg.Pool({ connectionString: server.url('postgres'), max: WIDTH });
  // The server is stopped when the last connections are barely closed.
  pool.on('error', () => {});
  try {
    await pool.query(TABLES);
    const body = JSON.stringify({ type: 'build', goal: 'build a landing page with a contact form' });
    const event = JSON.stringify({ specversion: '1.0', type: 'task.created', data: JSON.parse(body) });
    const create = async () => {
      const response = await fetch(`${product.url}/tasks`, { method: 'POST', headers: HEADERS, body });
      await response.arrayBuffer();
      if (response.status !== 200) throw new Error(`POST /tasks answered ${response.status}`);
    };
    let number = 0;
    const insert = () => pool.query({ name: 'insert', text: INSERT, values: [`t${++number}`, body, event] });
    const result = await compare(
      { name: 'POST /tasks through the gateway', unit: 'requests/s', round: () => throughput(WIDTH, ROUND_MS, create) },
      {
        name: 'raw durable inserts of three rows',
        unit: 'commits/s',
        round: () => throughput(WIDTH, ROUND_MS, insert),
      },
      ROUNDS,
    );
    return report(result);
  } finally {
    await pool.end();
    await server.close();
    await rm(root, { recursive: true, force: true });
    await product.close();
  }
}
