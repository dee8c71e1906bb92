// Migrations are applied once, whole, in order, and Prisma would find them done.
import { createHash, randomUUID } from 'node:crypto';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openServiceDatabase } from '@builder-ai/testing/service-database';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { type Database, openDatabase } from '../src/database.ts';
import { silentLogger } from '../src/logger.ts';
import { migrate, migrationNames } from '../src/migrate.ts';

let directory: string;
let database: Awaited<ReturnType<typeof openServiceDatabase>>;
let db: Database;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'migrations '));
  database = await openServiceDatabase();
  db = openDatabase({ url: database.url, name: 'test', logger: silentLogger });
  write('1_things', 'create table things (n int); insert into things values (1);');
  write('2_more', 'insert into things values (2);');
});

afterEach(async () => {
  await db.close();
  await database.drop();
  rmSync(directory, { recursive: true });
});

function write(name: string, sql: string): void {
  mkdirSync(join(directory, name), { recursive: true });
  writeFileSync(join(directory, name, 'migration.sql'), sql);
}

const run = () => migrate({ databaseUrl: database.url, directory });
const things = async () => (await db.query('select n from things order by n')).map((row) => row.n);
const history = () =>
  db.query('select migration_name, finished_at is not null as finished, checksum from _prisma_migrations order by 1');
const checksum = (sql: string) => createHash('sha256').update(sql).digest('hex');

test('applies each once, in order, and later only what is new', async () => {
  expect(await run()).toEqual(['1_things', '2_more']);
  expect(await run()).toEqual([]);
  write('3_last', 'update things set n = n * 10');
  expect(await run()).toEqual(['3_last']);
  expect(await things()).toEqual([10, 20]);
});

test('files beside the migrations are left alone', async () => {
  writeFileSync(join(directory, 'migration_lock.toml'), 'provider = "postgresql"');
  expect(migrationNames(directory)).toEqual(['1_things', '2_more']);
  expect(await run()).toEqual(['1_things', '2_more']);
});

test('replicas that start at once apply each once together', async () => {
  const applied = await Promise.all(Array.from({ length: 6 }, run));
  expect(applied.flat().sort()).toEqual(['1_things', '2_more']);
  expect(await things()).toEqual([1, 2]);
});

test('one that was edited after it was applied is an error, and nothing else is applied', async () => {
  await run();
  write('2_more', 'insert into things values (3);');
  write('3_last', 'insert into things values (4);');
  await expect(run()).rejects.toThrow('Migration 2_more was edited after it was applied.');
  expect(await things()).toEqual([1, 2]);
});

test('one that fails names itself and the fault, leaves nothing half applied, and may be put right', async () => {
  write('3_broken', 'create table half (n int); insert into things values (3); select nonsense;');
  write('4_after', 'insert into things values (4);');
  await expect(run()).rejects.toThrow('Migration 3_broken failed: column "nonsense" does not exist');
  expect(await db.query(`select to_regclass('half') as half`)).toEqual([{ half: null }]);
  expect(await things()).toEqual([1, 2]);
  write('3_broken', 'insert into things values (3);');
  expect(await run()).toEqual(['3_broken', '4_after']);
  expect(await things()).toEqual([1, 2, 3, 4]);
});

test('one whose row cannot be written is not applied', async () => {
  write('3_hides', 'insert into things values (3); alter table _prisma_migrations rename to hidden;');
  await expect(run()).rejects.toThrow('Migration 3_hides failed: relation "_prisma_migrations" does not exist');
  expect(await things()).toEqual([1, 2]);
});

test('what Prisma has applied counts; what it left failed is an error, until it is marked as rolled back', async () => {
  await run();
  write('3_by_prisma', 'create table by_prisma (n int);');
  write('4_failed', 'insert into things values (4);');
  const prismaRow = `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
    values ($1, $2, $3, now(), $4, 1)`;
  await db.query('create table by_prisma (n int)');
  await db.query(prismaRow, [randomUUID(), checksum('create table by_prisma (n int);'), '3_by_prisma', new Date()]);
  await db.query(prismaRow, [randomUUID(), checksum('insert into things values (4);'), '4_failed', null]);
  await expect(run()).rejects.toThrow('Migration 4_failed failed earlier: see _prisma_migrations.');
  await db.query(`update _prisma_migrations set rolled_back_at = now() where migration_name = '4_failed'`);
  expect(await run()).toEqual(['4_failed']);
});

test('its own rows are those that Prisma would have written', async () => {
  await run();
  expect(await history()).toEqual([
    {
      migration_name: '1_things',
      finished: true,
      checksum: checksum('create table things (n int); insert into things values (1);'),
    },
    { migration_name: '2_more', finished: true, checksum: checksum('insert into things values (2);') },
  ]);
  const columns = await db.query<{ name: string }>(
    `select column_name as name from information_schema.columns where table_name = '_prisma_migrations' order by ordinal_position`,
  );
  expect(columns.map(({ name }) => name)).toEqual([
    'id',
    'checksum',
    'finished_at',
    'migration_name',
    'logs',
    'rolled_back_at',
    'started_at',
    'applied_steps_count',
  ]);
});

test('a database that cannot be reached is an error', async () => {
  const url = new URL(database.url);
  url.pathname = '/no_such_database';
  await expect(migrate({ databaseUrl: url.href, directory })).rejects.toThrow('does not exist');
});
