// POST /tasks through the gateway beside raw durable inserts of the same three rows in one commit.
// Usage: npm run bench -- create-task

import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import pg from 'pg';
import { Agent } from 'undici';
import { compare, report, throughput } from './harness.ts';
import { callApi, startProduct } from './running-product.ts';

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
  // `fetch` would take as long as the product does.
  const dispatcher = new Agent({ connections: WIDTH, pipelining: 1 });
  // The server is stopped when the last connections are barely closed.
  pool.on('error', () => {});
  try {
    await pool.query(TABLES);
    const task = { type: 'build', goal: 'build a landing page with a contact form' };
    const body = JSON.stringify(task);
    const event = JSON.stringify({ specversion: '1.0', type: 'task.created', data: task });
    const create = () => callApi(product.url, 'POST', '/tasks', task, dispatcher);
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
    await dispatcher.close();
    await pool.end();
    await server.close();
    await rm(root, { recursive: true, force: true });
    await product.close();
  }
}
