import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, realpathSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { ensureDatabase } from './ensure-database.ts';
import { type FileLock, waitForFileLock } from './file-lock.ts';
import { findFreePort, isPortFree } from './free-port.ts';
import { type AccountKind, findPostgresAccount } from './postgres-account.ts';
import { POSTGRES_USER, prepareCluster, readOrMakePassword } from './postgres-cluster.ts';
import { stopLeftover } from './postgres-leftover.ts';
import { findPostgresPlace, moveToPlace } from './postgres-place.ts';
import { preparePostgresPrograms } from './postgres-programs.ts';
import { type ServerOptions, startServer, stopServer } from './postgres-server.ts';

export type EmbeddedPostgresOptions = {
  /** Holds everything of the database. Made if absent. */
  directory: string;
  /** Takes a sentence for people, where something takes time or was put right. */
  log?: (message: string) => void;
  /** Where the server writes its own log. Default: `directory`/server.log. */
  logFile?: string;
  /** Default: the one of the last start, another if that is taken. */
  port?: number;
  /** False gives up what protects against power loss, for the speed of tests. */
  durable?: boolean;
  /** Called when the server ends without having been closed. */
  onUnexpectedExit?: (reason: string) => void;
  /** For tests: rules out the other ways of running as root. */
  account?: AccountKind;
};

export type EmbeddedPostgres = {
  pid: number;
  port: number;
  /** A connection URL for one database. */
  url(database: string): string;
  ensureDatabase(name: string): Promise<void>;
  close(): Promise<void>;
};

const LOCK_PATIENCE_MS = 1_000;
const START_TRIES = 12;
const RETRY_MS = 500;
const STOP_LIMIT_MS = 4_000;

/**
 * Starts a real PostgreSQL on the loopback, whatever an earlier start has left behind: none, one that still runs, or
 * one that was killed. Works as root too. One process at a time: another gets an error.
 */
export async function openEmbeddedPostgres(options: EmbeddedPostgresOptions): Promise<EmbeddedPostgres> {
  const { log = () => {}, durable = true } = options;
  mkdirSync(options.directory, { recursive: true });
  const directory = realpathSync(options.directory);
  const account = findPostgresAccount(options.account);
  const { place, current } = findPostgresPlace(directory, account);
  // What follows stops a server that it finds, so nobody else may be using it.
  const locks: FileLock[] = [];
  const unlock = () => {
    for (const lock of locks) lock.close();
  };
  try {
    for (const path of new Set([current, place])) {
      const lock = await waitForFileLock(join(path, 'lock'), LOCK_PATIENCE_MS);
      if (!lock) throw new Error(`Another process uses the database in ${path}.`);
      locks.push(lock);
    }
    if (existsSync(join(current, 'data'))) await stopLeftover(join(current, 'data'), log);
    moveToPlace(directory, current, place);
    const programs = preparePostgresPrograms(place, account);
    const password = readOrMakePassword(directory);
    const data = await prepareCluster({ place, programs, account, password, durable });
    const logFile = options.logFile ?? join(directory, 'server.log');
    const portFile = join(directory, 'port');
    const { child, port } = await startWithRetries({ programs, account, data, durable, logFile }, () =>
      options.port ? Promise.resolve(options.port) : choosePort(portFile),
    );
    const endWatch = watch(child, join(data, 'postmaster.pid'));
    let closing: Promise<void> | undefined;
    child.once('exit', (code, signal) => {
      endWatch();
      unlock();
      if (!closing) options.onUnexpectedExit?.(`PostgreSQL ended by itself (${code ?? signal}), see ${logFile}`);
    });
    const url = (database: string) =>
      `postgresql://${POSTGRES_USER}:${password}@127.0.0.1:${port}/${encodeURIComponent(database)}`;
    return {
      pid: child.pid as number,
      port,
      url,
      ensureDatabase: (name) => ensureDatabase(url('postgres'), name),
      close: () => (closing ??= stopServer(child, STOP_LIMIT_MS)),
    };
  } catch (error) {
    unlock();
    throw error;
  }
}

async function startWithRetries(options: Omit<ServerOptions, 'port'>, nextPort: () => Promise<number>) {
  for (let left = START_TRIES; ; left -= 1) {
    const port = await nextPort();
    const started = await startServer({ ...options, port });
    if (!('reason' in started)) return { child: started, port };
    if (started.reason === 'other' || left === 1) throw new Error(`The database did not start: ${started.output}`);
    if (started.reason === 'busy') await delay(RETRY_MS);
  }
}

async function choosePort(file: string): Promise<number> {
  const last = existsSync(file) ? Number(readFileSync(file, 'utf8')) : 0;
  if (last > 0 && (await isPortFree(last))) return last;
  const port = await findFreePort();
  writeFileSync(file, `${port}\n`);
  return port;
}

/**
 * Has the server end in order when this process is killed: a shell waits on a pipe that closes with us. The next
 * start would stop the server as well; this keeps it from running on until then.
 */
function watch(server: ChildProcess, pidFile: string): () => void {
  if (process.platform === 'win32') return () => {};
  // The pid file shows that the number still is this server's.
  const script = 'read line; [ "$(head -n 1 "$1" 2>/dev/null)" = "$0" ] && kill -INT "$0"';
  const shell = spawn('/bin/sh', ['-c', script, String(server.pid), pidFile], {
    cwd: '/',
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
  });
  // Without a shell there is no watch, and the next start clears up.
  shell.on('error', () => {});
  shell.stdin.on('error', () => {});
  shell.unref();
  return () => shell.stdin.end();
}
