// A real PostgreSQL for tests: one server for a whole test run, one freshly migrated database for each test file.
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import { openEmbeddedPostgres } from '@builder-ai/local/embedded-postgres';
import { openFileLock } from '@builder-ai/local/file-lock';
import { migrate } from '@builder-ai/platform/migrate';
import pg from 'pg';

export type TestPostgres = { url(database: string): string; close(): Promise<void> };

export type TestDatabase = { url: string; drop(): Promise<void> };

const PREFIX = 'builder-test-postgres-';
const ABANDONED_AFTER_MS = 10 * 60_000;

/**
 * Starts one server for a test run, in a directory of its own, or takes the one of TEST_DATABASE_URL. Durability is
 * off: what a test server loses when the power fails is of no use to anyone.
 */
export async function startTestPostgres(serverUrl = process.env.TEST_DATABASE_URL): Promise<TestPostgres> {
  if (serverUrl) return { url: (database) => toDatabaseUrl(serverUrl, database), close: async () => {} };
  removeAbandoned();
  const root = mkdtempSync(join(tmpdir(), PREFIX));
  try {
    const server = await openEmbeddedPostgres({ directory: join(root, 'server'), durable: false });
    const close = async () => {
      await server.close();
      rmSync(root, { recursive: true, force: true });
    };
    return { url: server.url, close };
  } catch (error) {
    rmSync(root, { recursive: true, force: true });
    throw error;
  }
}

/**
 * Makes a database with the migrations of a directory applied. They are applied once for each state of their files, to
 * a template which is then copied: so a test file costs a copy (tens of milliseconds), however many migrations there
 * are. Jest's workers may call this at the same time.
 *
 * @param serverUrl a URL of any database of the server, such as `startTestPostgres().url('postgres')`
 */
export async function createTestDatabase(
  serverUrl: string,
  options: { migrations?: string } = {},
): Promise<TestDatabase> {
  const name = `test_${randomBytes(8).toString('hex')}`;
  const template = options.migrations ? await prepareTemplate(serverUrl, options.migrations) : 'template1';
  await administer(serverUrl, (client) =>
    client.query(`CREATE DATABASE ${pg.escapeIdentifier(name)} TEMPLATE ${pg.escapeIdentifier(template)}`),
  );
  const drop = () => `DROP DATABASE IF EXISTS ${pg.escapeIdentifier(name)} WITH (FORCE)`;
  return {
    url: toDatabaseUrl(serverUrl, name),
    drop: () => administer(serverUrl, (client) => client.query(drop())).then(() => {}),
  };
}

async function prepareTemplate(serverUrl: string, migrations: string): Promise<string> {
  const hash = hashOf(migrations);
  // Named after the service, for whoever looks into the server: …/task-service/prisma/migrations.
  const service = basename(dirname(dirname(migrations)))
    .replace(/\W/g, '_')
    .slice(0, 30);
  const name = `template_${service}_${hash.toString(16)}`;
  await administer(serverUrl, async (client) => {
    // One worker migrates, the others wait here and then find it done.
    await client.query('SELECT pg_advisory_lock($1)', [hash]);
    const { rowCount } = await client.query('SELECT 1 FROM pg_database WHERE datname = $1', [name]);
    if (rowCount) return;
    // Under another name until it is complete, so that a failed migration leaves no half-made template.
    const unfinished = pg.escapeIdentifier(`${name}_new`);
    await client.query(`DROP DATABASE IF EXISTS ${unfinished} WITH (FORCE)`);
    await client.query(`CREATE DATABASE ${unfinished}`);
    await migrate({ databaseUrl: toDatabaseUrl(serverUrl, `${name}_new`), directory: migrations });
    await client.query(`ALTER DATABASE ${unfinished} RENAME TO ${pg.escapeIdentifier(name)}`);
  });
  return name;
}

async function administer<T>(serverUrl: string, work: (client: pg.Client) => Promise<T>): Promise<T> {
  const client = new pg.Client({ connectionString: serverUrl, application_name: 'test-administration' });
  await client.connect();
  try {
    return await work(client);
  } finally {
    await client.end();
  }
}

function toDatabaseUrl(serverUrl: string, database: string): string {
  const url = new URL(serverUrl);
  url.pathname = `/${database}`;
  return url.href;
}

/** 48 bits of the migrations' text: it fits a template's name and an advisory lock's number. */
function hashOf(migrations: string): number {
  const hash = createHash('sha256');
  for (const path of readdirSync(migrations, { recursive: true, encoding: 'utf8' }).sort()) {
    if (path.endsWith('.sql')) hash.update(path).update(readFileSync(join(migrations, path)));
  }
  return hash.digest().readUIntBE(0, 6);
}

/** A killed test run cannot remove its server's directory, of some 50 MB: the next one does. */
function removeAbandoned(): void {
  for (const name of readdirSync(tmpdir()).filter((entry) => entry.startsWith(PREFIX))) {
    const root = join(tmpdir(), name);
    const lockFile = join(root, 'server', 'lock');
    try {
      if (Date.now() - statSync(root).mtimeMs < ABANDONED_AFTER_MS) continue;
      const lock = openFileLock(lockFile);
      if (!lock) continue;
      lock.close();
      rmSync(root, { recursive: true, force: true });
    } catch {
      // Another user's, or another run removes it at this moment.
    }
  }
}
