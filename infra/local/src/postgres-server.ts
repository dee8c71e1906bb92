import type { ChildProcess } from 'node:child_process';
import { closeSync, openSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { type PostgresAccount, spawnAs } from './postgres-account.ts';
import type { PostgresPrograms } from './postgres-programs.ts';
import { rotateLog } from './rotate-log.ts';

export type ServerOptions = {
  programs: PostgresPrograms;
  account: PostgresAccount;
  data: string;
  port: number;
  durable: boolean;
  logFile: string;
};

/** `port`: it is taken. `busy`: a killed server's traces are not gone yet. Both are worth another try. */
export type StartFailure = { reason: 'port' | 'busy' | 'other'; output: string };

const READY_POLL_MS = 10;
// After a crash the server first replays its log, which may take a while on a slow disk.
const READY_LIMIT_MS = 120_000;

const NOT_DURABLE = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

/** For four services in one process: modest memory, no extra processes that only a busy server needs. */
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  // A socket's path may have 107 bytes, and a data directory may be deeper than that.
  unix_socket_directories: '',
  max_connections: '200',
  shared_buffers: '64MB',
  max_wal_size: '256MB',
  io_method: 'sync',
  max_parallel_workers_per_gather: '0',
  jit: 'off',
  timezone: 'UTC',
  log_timezone: 'UTC',
  log_checkpoints: 'off',
  cluster_name: 'builder-ai',
};

/** Starts the server and waits until it accepts connections. */
export async function startServer(options: ServerOptions): Promise<ChildProcess | StartFailure> {
  const { programs, account, data, port, durable, logFile } = options;
  const settings = { ...SETTINGS, ...(durable ? {} : NOT_DURABLE), port: String(port) };
  const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
  const log = openLog(logFile);
  const child = spawnAs(account, [programs.postgres, '-D', data, ...flags], {
    // A session of its own: Ctrl-C in the terminal must reach the services first, not the database under them.
    detached: true,
    stdio: ['ignore', log.descriptor, log.descriptor],
  });
  closeSync(log.descriptor);
  let failure: string | undefined;
  child.once('error', (error) => (failure = error.message));
  child.once('exit', (code, signal) => (failure = `exit ${code ?? signal}`));
  const started = performance.now();
  while (!failure && performance.now() - started < READY_LIMIT_MS) {
    if (isReady(data, child.pid)) return child;
    await delay(READY_POLL_MS);
  }
  if (!failure) child.kill('SIGQUIT');
  const output = `${failure ?? 'not ready in time'}\n${readFileSync(logFile).subarray(log.length).toString()}`.trim();
  return { reason: toReason(output), output };
}

/** Ends the server: quickly but in order, then without a checkpoint, then by force. */
export async function stopServer(child: ChildProcess, limitMs: number): Promise<void> {
  const ended = new Promise((resolve) => child.once('exit', resolve));
  for (const signal of ['SIGINT', 'SIGQUIT', 'SIGKILL'] as const) {
    if (child.exitCode !== null || child.signalCode !== null) return;
    child.kill(signal);
    await Promise.race([ended, delay(limitMs, undefined, { ref: false })]);
  }
}

/** The server writes its state into the eighth line of its pid file. */
function isReady(data: string, pid: number | undefined): boolean {
  try {
    const lines = readFileSync(join(data, 'postmaster.pid'), 'utf8').split('\n');
    return Number(lines[0]) === pid && lines[7]?.trim() === 'ready';
  } catch {
    return false;
  }
}

function toReason(output: string): StartFailure['reason'] {
  if (/could not bind|could not create any TCP\/IP sockets/.test(output)) return 'port';
  if (/lock file .* already exists|pre-existing shared memory block/.test(output)) return 'busy';
  return 'other';
}

function openLog(file: string): { descriptor: number; length: number } {
  rotateLog(file);
  return { descriptor: openSync(file, 'a', 0o600), length: statSync(file).size };
}
