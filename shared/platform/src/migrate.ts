// Applies prisma/migrations/*/migration.sql in order and writes the same `_prisma_migrations` rows as
// `prisma migrate deploy`, so that either can go on from the other. Needs no native engine.
import { createHash, randomUUID } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import pg from 'pg';

// The lock that `prisma migrate` itself takes: both wait for each other.
const PRISMA_MIGRATE_LOCK = 72707369;

const HISTORY_TABLE = `create table if not exists _prisma_migrations (
  id varchar(36) primary key, checksum varchar(64) not null, finished_at timestamptz, migration_name varchar(255) not null,
  logs text, rolled_back_at timestamptz, started_at timestamptz not null default now(), applied_steps_count integer not null default 0)`;

export type MigrateOptions = {
  databaseUrl: string;
  directory: string;
  /** Names of the migrations to apply; all of them unless it is given. */
  only?: readonly string[];
};

/**
 * Brings a database to the newest migration; safe when several replicas start at once.
 * @returns the names of the migrations applied now
 * @throws when a migration failed earlier or was edited after it had been applied
 */
export async function migrate({ databaseUrl, directory, only }: MigrateOptions): Promise<string[]> {
  const client = new pg.Client({ connectionString: databaseUrl, application_name: 'migrate' });
  await client.connect();
  try {
    await client.query('select pg_advisory_lock($1)', [PRISMA_MIGRATE_LOCK]);
    await client.query(HISTORY_TABLE);
    const history = await client.query<{ name: string; checksum: string; finished: Date | null }>(
      'select migration_name as name, checksum, finished_at as finished from _prisma_migrations where rolled_back_at is null',
    );
    const done = new Map(history.rows.map((row) => [row.name, row]));
    const applied: string[] = [];
    for (const name of migrationNames(directory)) {
      if (only && !only.includes(name)) continue;
      const { sql, checksum } = readMigration(directory, name);
      const earlier = done.get(name);
      if (earlier && !earlier.finished) throw new Error(`Migration ${name} failed earlier: see _prisma_migrations.`);
      if (earlier && earlier.checksum !== checksum)
        throw new Error(`Migration ${name} was edited after it was applied.`);
      if (earlier) continue;
      await apply(client, name, sql, checksum);
      applied.push(name);
    }
    return applied;
  } finally {
    await client.end();
  }
}

/** A migration's statements, and the checksum that its row in `_prisma_migrations` has. */
export function readMigration(directory: string, name: string): { sql: string; checksum: string } {
  const sql = readFileSync(join(directory, name, 'migration.sql'), 'utf8');
  return { sql, checksum: createHash('sha256').update(sql).digest('hex') };
}

/** The migrations in a directory, oldest first. */
export function migrationNames(directory: string): string[] {
  const entries = readdirSync(directory, { withFileTypes: true });
  return entries
    .filter((entry) => entry.isDirectory())
    .map((entry) => entry.name)
    .sort();
}

async function apply(client: pg.Client, name: string, sql: string, checksum: string): Promise<void> {
  await client.query('begin');
  try {
    await client.query(sql);
    await client.query(
      `insert into _prisma_migrations (id, checksum, migration_name, started_at, finished_at, applied_steps_count)
       values ($1, $2, $3, now(), clock_timestamp(), 1)`,
      [randomUUID(), checksum, name],
    );
    await client.query('commit');
  } catch (error) {
    await client.query('rollback');
    throw new Error(`Migration ${name} failed: ${(error as Error).message}`, { cause: error });
  }
}
