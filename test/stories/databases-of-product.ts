// The databases of a product that a story has started, as somebody who looks for what is left in them sees them.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { POSTGRES_USER } from '@builder-ai/local/postgres-cluster';
import pg from 'pg';

export const DATABASES = ['builder_gateway', 'builder_task', 'builder_agent', 'builder_notification'];

export async function queryDatabase<Row extends pg.QueryResultRow>(
  home: string,
  database: string,
  sql: string,
  values: unknown[] = [],
): Promise<Row[]> {
  const read = (name: string) => readFileSync(join(home, 'postgres', name), 'utf8').trim();
  const connectionString = `postgresql://${POSTGRES_USER}:${read('password')}@127.0.0.1:${read('port')}/${database}`;
  const client = new pg.Client({ connectionString });
  await client.connect();
  try {
    return (await client.query<Row>(sql, values)).rows;
  } finally {
    await client.end();
  }
}

/** The tables, of all databases, in which a row has these words anywhere. */
export async function findWords(home: string, words: string, except: readonly string[]): Promise<string[]> {
  const found: string[] = [];
  for (const database of DATABASES) {
    const tables = await queryDatabase<{ name: string }>(
      home,
      database,
      `select tablename as name from pg_tables where schemaname = 'public'`,
    );
    for (const { name } of tables.filter((table) => !except.includes(table.name))) {
      const [row] = await queryDatabase<{ n: string }>(
        home,
        database,
        `select count(*) as n from "${name}" where "${name}"::text like $1`,
        [`%${words}%`],
      );
      if (Number(row?.n) > 0) found.push(`${database}.${name}`);
    }
  }
  return found;
}
