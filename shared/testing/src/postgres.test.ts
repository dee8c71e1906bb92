import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from '@jest/globals';
import pg from 'pg';
import { createTestDatabase, startTestPostgres, type TestPostgres } from './postgres.ts';

let server: TestPostgres;
let migrations: string;

beforeAll(async () => {
  migrations = join(mkdtempSync(join(tmpdir(), 'migrations-')), 'a-service', 'prisma', 'migrations');
  writeMigration('1_first', 'CREATE TABLE things (name text PRIMARY KEY); INSERT INTO things VALUES ($$seed$$);');
  server = await startTestPostgres();
});

afterAll(async () => {
  await server.close();
  rmSync(join(migrations, '../../..'), { recursive: true });
});

test('databases made at once from the same migrations are complete and know nothing of each other', async () => {
  const databases = await Promise.all(
    Array.from({ length: 4 }, () => createTestDatabase(server.url('postgres'), { migrations })),
  );
  await Promise.all(databases.map(({ url }) => query(url, 'INSERT INTO things VALUES ($$own$$)')));
  for (const { url } of databases)
    expect(await query(url, 'SELECT count(*)::int AS n FROM things')).toEqual([{ n: 2 }]);
  await Promise.all(databases.map(({ drop }) => drop()));
  const left = await query(server.url('postgres'), `SELECT datname FROM pg_database WHERE datname LIKE 'test%'`);
  expect(left).toEqual([]);
});

test('a new migration is in the next database', async () => {
  writeMigration('2_second', 'ALTER TABLE things ADD COLUMN size int');
  const { url, drop } = await createTestDatabase(server.url('postgres'), { migrations });
  expect(await query(url, 'SELECT name, size FROM things')).toEqual([{ name: 'seed', size: null }]);
  await drop();
});

test('a failed migration is told, and told again to the next who asks', async () => {
  const broken = join(migrations, '../../../broken/prisma/migrations');
  mkdirSync(join(broken, '1_broken'), { recursive: true });
  writeFileSync(join(broken, '1_broken', 'migration.sql'), 'CREATE TABLE half (n int); SELECT nonsense');
  for (const _ of [1, 2]) {
    await expect(createTestDatabase(server.url('postgres'), { migrations: broken })).rejects.toThrow('nonsense');
  }
});

test('a database without migrations is empty, and is dropped under open connections', async () => {
  const { url, drop } = await createTestDatabase(server.url('postgres'));
  const client = new pg.Client({ connectionString: url });
  client.on('error', () => {});
  await client.connect();
  await drop();
  await expect(client.query('SELECT 1')).rejects.toThrow();
  await client.end().catch(() => {});
});

function writeMigration(name: string, sql: string): void {
  mkdirSync(join(migrations, name), { recursive: true });
  writeFileSync(join(migrations, name, 'migration.sql'), sql);
}

async function query(url: string, sql: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client
    .query(sql)
    .then(({ rows }) => rows)
    .finally(() => client.end());
}
