// `npm run import -- tasks.json`: brings the tasks of the original product along, while Builder AI runs or not.
import { readFileSync, statSync } from 'node:fs';
import { resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { newSessionStore } from '@builder-ai/gateway/auth/session-store';
import { type Database, openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { migrate } from '@builder-ai/platform/migrate';
import { newOutbox } from '@builder-ai/platform/outbox';
import type { ImportedTask } from '@builder-ai/task-service/import/parse-task';
import {
  type BadRow,
  MAX_FILE_BYTES,
  type ParsedFile,
  parseTasksFile,
} from '@builder-ai/task-service/import/parse-tasks-file';
import { countExisting, writeImportedTasks } from '@builder-ai/task-service/import/write-imported-tasks';
import { type DatabaseServer, withDatabaseServer } from './database-server.ts';
import { ensureDatabase } from './ensure-database.ts';
import { toMessage } from './error-message.ts';
import { SERVICE_DATABASES } from './service-environments.ts';

const USAGE = `Usage: npm run import -- tasks.json [--dry-run] [--skip-bad] [--owner id]

  --dry-run   say what would be done, and write nothing
  --skip-bad  leave tasks out that cannot be imported, and import the others
  --owner     the user the tasks will belong to, instead of the owner`;

type Options = { file: string; dryRun: boolean; skipBad: boolean; owner: string | undefined };

type ServiceDatabase = 'gateway' | 'task-service';

// Fifty megabytes are one transaction.
const STATEMENT_TIMEOUT_MS = 300_000;
const NO_SUCH_DATABASE = '3D000';
const NO_SUCH_TABLE = '42P01';

const say = (text: string) => console.log(text);

function readOptions(args: string[]): Options | undefined {
  try {
    const { values, positionals } = parseArgs({
      args,
      allowPositionals: true,
      options: { 'dry-run': { type: 'boolean' }, 'skip-bad': { type: 'boolean' }, owner: { type: 'string' } },
    });
    const [file] = positionals;
    if (file === undefined || positionals.length > 1 || values.owner === '') return undefined;
    return { file, dryRun: values['dry-run'] ?? false, skipBad: values['skip-bad'] ?? false, owner: values.owner };
  } catch {
    return undefined;
  }
}

/** npm changes to the repository's directory first; the user means a path from where they are. */
function readTasksFile(file: string): Uint8Array {
  const path = resolve(process.env.INIT_CWD ?? '.', file);
  const stats = statSync(path, { throwIfNoEntry: false });
  if (!stats?.isFile()) throw new Error(`there is no file ${path}`);
  // Asked before it is read: what is too large might not fit into memory.
  if (stats.size > MAX_FILE_BYTES) {
    throw new Error(`${path} has ${Math.ceil(stats.size / 1e6)} MB; ${MAX_FILE_BYTES / 1e6} MB are allowed: split it`);
  }
  return readFileSync(path);
}

async function importTasks({ file, dryRun, skipBad, owner }: Options): Promise<void> {
  const { tasks, bad, unknownFields } = parse(file);
  const rows = bad.map((row) => `\n  ${toLine(row)}`).join('');
  if (bad.length > 0 && !skipBad) {
    throw new Error(
      `${bad.length} of ${tasks.length + bad.length} rows cannot be imported; nothing was written.${rows}\n` +
        'Correct them in the file, or leave them out with --skip-bad.',
    );
  }
  if (bad.length > 0) say(`Left out:${rows}`);
  for (const [name, count] of unknownFields) say(`Not kept: the field ${JSON.stringify(name)} (in rows: ${count}).`);
  const { imported, existing } = dryRun
    ? await withDatabaseServer(say, (server) => look(server, tasks), {
        withoutServer: async () => ({ imported: tasks.length, existing: 0 }),
      })
    : await withDatabaseServer(say, (server) => write(server, tasks, owner));
  say(`${dryRun ? 'Would migrate' : 'Migrated'} ${imported} tasks to PostgreSQL`);
  if (existing > 0) say(`There already, and left as they are: ${existing}`);
}

function parse(file: string): ParsedFile {
  const bytes = readTasksFile(file);
  try {
    return parseTasksFile(bytes);
  } catch (error) {
    throw new Error(`${file} ${toMessage(error)}`);
  }
}

function toLine({ row, id, reasons }: BadRow): string {
  return `Row ${row}${id === null ? '' : ` (id ${JSON.stringify(id)})`}: ${reasons.join('; ')}`;
}

type Outcome = { imported: number; existing: number };

async function write(server: DatabaseServer, tasks: ImportedTask[], chosenOwner: string | undefined): Promise<Outcome> {
  const owner =
    chosenOwner ??
    (await withDatabase(server, 'gateway', (db) => newSessionStore(db, newOutbox('gateway')).ensureOwner()));
  const outbox = newOutbox('task-service');
  return withDatabase(server, 'task-service', (db) => writeImportedTasks({ db, outbox }, owner, tasks));
}

/** What an import would do. Makes neither databases nor tables. */
async function look(server: DatabaseServer, tasks: ImportedTask[]): Promise<Outcome> {
  const db = open(server, 'task-service');
  try {
    const existing = await countExisting(db, tasks);
    return { imported: tasks.length - existing, existing };
  } catch (error) {
    const { code } = error as { code?: string };
    if (code === NO_SUCH_DATABASE || code === NO_SUCH_TABLE) return { imported: tasks.length, existing: 0 };
    throw error;
  } finally {
    await db.close();
  }
}

/** Opens a service's database as the service itself would: made and migrated if need be. */
async function withDatabase<T>(
  server: DatabaseServer,
  name: ServiceDatabase,
  work: (db: Database) => Promise<T>,
): Promise<T> {
  const workspace = name === 'gateway' ? name : `services/${name}`;
  const directory = fileURLToPath(new URL(`../../../${workspace}/prisma/migrations`, import.meta.url));
  await ensureDatabase(server.anyUrl, SERVICE_DATABASES[name]);
  await migrate({ databaseUrl: server.url(SERVICE_DATABASES[name]), directory });
  const db = open(server, name);
  return work(db).finally(() => db.close());
}

function open(server: DatabaseServer, name: ServiceDatabase): Database {
  const options = { name: 'import', logger: silentLogger, max: 2, statementTimeoutMs: STATEMENT_TIMEOUT_MS };
  return openDatabase({ url: server.url(SERVICE_DATABASES[name]), ...options });
}

const options = readOptions(process.argv.slice(2));
if (!options) {
  console.error(USAGE);
  process.exitCode = 2;
} else {
  try {
    if (options.dryRun) say('Dry run: nothing is written.');
    await importTasks(options);
  } catch (error) {
    console.error(`Migration failed: ${toMessage(error)}`);
    process.exitCode = 1;
  }
}
