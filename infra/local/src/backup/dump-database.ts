// Copies a database's rows into files: the text form of COPY, which every version of PostgreSQL reads. The tables
// themselves are made by the migrations.
import { createWriteStream, mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGzip } from 'node:zlib';
import { type Client, escapeIdentifier } from 'pg';
import { to as copyTo } from 'pg-copy-streams';
import type { ServiceName } from '../service-environments.ts';
import type { DatabaseCopy, TableCopy } from './manifest.ts';

const TABLES = `select c.relname as "table",
    (select array_agg(a.attname::text order by a.attnum) from pg_attribute a
     where a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped and a.attgenerated = '') as columns,
    (select coalesce(array_agg(p.relname::text), '{}') from pg_constraint f join pg_class p on p.oid = f.confrelid
     where f.conrelid = c.oid and f.contype = 'f' and p.oid <> c.oid) as "refersTo"
  from pg_class c where c.relnamespace = 'public'::regnamespace and c.relkind = 'r' and c.relname <> '_prisma_migrations'
  order by c.relname`;

const MIGRATIONS = `select migration_name as name, checksum from _prisma_migrations
  where finished_at is not null and rolled_back_at is null order by migration_name`;

const SEQUENCES = `select sequencename as name, last_value::text as value from pg_sequences
  where schemaname = 'public' and last_value is not null order by 1`;

type FoundTable = { table: string; columns: string[]; refersTo: string[] };

/** @returns what it wrote below `directory`, as the manifest has it */
export async function dumpDatabase(client: Client, service: ServiceName, directory: string): Promise<DatabaseCopy> {
  mkdirSync(join(directory, service), { mode: 0o700 });
  // All tables at one moment, whatever is done to them meanwhile.
  await client.query('begin isolation level repeatable read read only');
  const { rows: migrations } = await client.query<DatabaseCopy['migrations'][number]>(MIGRATIONS);
  const { rows: found } = await client.query<FoundTable>(TABLES);
  const tables: TableCopy[] = [];
  for (const { table, columns } of inOrder(found)) {
    const file = `${service}/${table}.copy.gz`;
    const names = columns.map(escapeIdentifier).join(', ');
    const rows = client.query(copyTo(`copy public.${escapeIdentifier(table)} (${names}) to stdout`));
    await pipeline(rows, createGzip(), createWriteStream(join(directory, file), { mode: 0o600 }));
    tables.push({ table, columns, rows: rows.rowCount ?? 0, file });
  }
  const { rows: sequences } = await client.query<DatabaseCopy['sequences'][number]>(SEQUENCES);
  await client.query('commit');
  return { migrations, tables, sequences };
}

/** Those that others refer to come first. */
function inOrder(tables: readonly FoundTable[]): FoundTable[] {
  const ordered: FoundTable[] = [];
  const visit = (table: FoundTable) => {
    if (ordered.includes(table)) return;
    for (const parent of tables) if (table.refersTo.includes(parent.table)) visit(parent);
    ordered.push(table);
  };
  for (const table of tables) visit(table);
  return ordered;
}
