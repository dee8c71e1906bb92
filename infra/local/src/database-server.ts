// The database server that a command of this machine works on, whether Builder AI runs or not.
import { existsSync, mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openDatabase } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import { isDatabaseAway } from '@builder-ai/platform/problem';
import { readLocalConfig } from './config.ts';
import { openEmbeddedPostgres } from './embedded-postgres.ts';
import { toMessage } from './error-message.ts';
import { makeHomeDirectory } from './home.ts';
import { HomeInUseError, openHomeLock } from './home-lock.ts';
import { POSTGRES_USER } from './postgres-cluster.ts';
import { toLogDirectory } from './service-environments.ts';

export type DatabaseServer = {
  /** Of a database that is there, to make others from. */
  anyUrl: string;
  url(database: string): string;
};

type Choices<T> = {
  /** For who must not make a database where there is none yet. */
  withoutServer?: () => Promise<T>;
  /** For who must not work beside a Builder AI that runs. */
  onlyStopped?: boolean;
};

const RUNNING_PATIENCE_MS = 5_000;
const POLL_MS = 200;

/**
 * Works on the server of DATABASE_URL, else on the embedded one: that of the Builder AI that runs on BUILDER_HOME, or
 * started for the purpose.
 */
export async function withDatabaseServer<T>(
  say: (text: string) => void,
  work: (server: DatabaseServer) => Promise<T>,
  { withoutServer, onlyStopped = false }: Choices<T> = {},
): Promise<T> {
  const { databaseUrl, home } = readLocalConfig(process.env);
  if (databaseUrl) return work(toServer(databaseUrl));
  const directory = join(home, 'postgres');
  if (withoutServer && !existsSync(directory)) return withoutServer();
  makeHomeDirectory(home);
  const lock = await openHomeLock(home).catch((error: unknown) => {
    if (error instanceof HomeInUseError && !onlyStopped) return undefined;
    throw error;
  });
  if (!lock) return work(await findRunningServer(directory));
  // A start that comes now waits for this to end, as for a Builder AI that stops.
  lock.tell({ state: 'stopping' });
  try {
    mkdirSync(toLogDirectory(home), { recursive: true });
    const logFile = join(toLogDirectory(home), 'postgres.log');
    const server = await openEmbeddedPostgres({ directory, logFile, log: say });
    return await work(toServer(server.url('postgres'))).finally(server.close);
  } finally {
    lock.close();
  }
}

/** The embedded server of a Builder AI that runs, or is starting at this moment. */
async function findRunningServer(directory: string): Promise<DatabaseServer> {
  const read = (name: string) => readFileSync(join(directory, name), 'utf8').trim();
  for (const started = performance.now(); ; await delay(POLL_MS)) {
    try {
      const anyUrl = `postgresql://${POSTGRES_USER}:${read('password')}@127.0.0.1:${read('port')}/postgres`;
      const db = openDatabase({ url: anyUrl, name: 'local-command', logger: silentLogger, max: 1 });
      await db.query('select 1').finally(() => db.close());
      return toServer(anyUrl);
    } catch (error) {
      const isStarting = isDatabaseAway(error) || (error as NodeJS.ErrnoException).code === 'ENOENT';
      if (isStarting && performance.now() - started < RUNNING_PATIENCE_MS) continue;
      throw new Error(
        `Builder AI runs, but its embedded database does not answer (${toMessage(error)}). ` +
          'If it was started with DATABASE_URL, give this command the same.',
      );
    }
  }
}

function toServer(anyUrl: string): DatabaseServer {
  return {
    anyUrl,
    url(database) {
      const url = new URL(anyUrl);
      url.pathname = `/${database}`;
      return url.href;
    },
  };
}
