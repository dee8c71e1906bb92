// Fills an empty database from a backup: its migrations first, up to those that the backup's tables had.
import { createReadStream } from 'node:fs';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { createGunzip } from 'node:zlib';
import { migrate, migrationNames, readMigration } from '@builder-ai/platform/migrate';
import { type Client, escapeIdentifier } from 'pg';
import { from as copyFrom } from 'pg-copy-streams';
import type { ServiceName } from '../service-environments.ts';
import type { DatabaseCopy } from './manifest.ts';

/** @throws Error when this version has not exactly the migrations that made the backup's tables */
export function checkMigrations(service: ServiceName, { migrations }: DatabaseCopy, directory: string): void {
  const ours = migrationNames(directory);
  const foreign = migrations.find(
    ({ name, checksum }, index) => ours[index] !== name || readMigration(directory, name).checksum !== checksum,
  );
  if (!foreign) return;
  throw new Error(
    `The backup's database of ${service} has the migration ${foreign.name}, which this version has not. ` +
      'Restore it with the version that made it, or a newer one.',
  );
}

/** @throws Error when there is anything in the database */
export async function checkEmpty(client: Client, service: ServiceName): Promise<void> {
  const { rows } = await client.query<{ n: number }>(
    `select count(*)::int as n from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p', 'v')`,
  );
  if (rows[0]?.n === 0) return;
  throw new Error(
    `The database ${client.database} for ${service} is not empty: a restore writes over nothing. ` +
      'Give an empty one, or another BUILDER_HOME.',
  );
}

export type LoadOptions = { client: Client; url: string; copy: DatabaseCopy; migrations: string; backup: string };

export async function loadDatabase({ client, url, copy, migrations, backup }: LoadOptions): Promise<void> {
  await migrate({ databaseUrl: url, directory: migrations, only: copy.migrations.map(({ name }) => name) });
  await client.query('begin');
  // Migrations may have made rows: the backup has them, as they have become since. (Some tables refuse any deletion.)
  for (const { table } of [...copy.tables].reverse()) {
    const name = `public.${escapeIdentifier(table)}`;
    const { rowCount } = await client.query(`select 1 from ${name} limit 1`);
    if (rowCount) await client.query(`delete from ${name}`);
  }
  for (const { table, columns, rows, file } of copy.tables) {
    const names = columns.map(escapeIdentifier).join(', ');
    const into = client.query(copyFrom(`copy public.${escapeIdentifier(table)} (${names}) from stdin`));
    await pipeline(createReadStream(join(backup, file)), createGunzip(), into);
    if (into.rowCount !== rows) throw new Error(`${file} has ${into.rowCount} rows, and should have ${rows}.`);
  }
  for (const { name, value } of copy.sequences) {
    await client.query('select setval($1::regclass, $2::bigint)', [`public.${escapeIdentifier(name)}`, value]);
  }
  await client.query('commit');
}
