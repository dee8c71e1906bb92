import { execFileSync } from 'node:child_process';
import { existsSync, readdirSync, readFileSync, readlinkSync, realpathSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';

const FAST_MS = 10_000;
const IMMEDIATE_MS = 5_000;
const NOTICE_MS = 2_000;
const POLL_MS = 20;

/**
 * Ends a server that an earlier, killed start left running on this data directory, and clears its traces.
 *
 * A process id in postmaster.pid says little: the number may belong to someone else by now, and PostgreSQL would
 * then refuse to start. A server's processes have the data directory as their working directory, so that is the
 * proof: only processes in it are stopped, and only when none is left is a stale postmaster.pid removed.
 */
export async function stopLeftover(dataDirectory: string, log: (message: string) => void): Promise<void> {
  const pidFile = join(dataDirectory, 'postmaster.pid');
  if (process.platform === 'win32' || !existsSync(pidFile)) return;
  const postmaster = Number(readFileSync(pidFile, 'utf8').split('\n', 1)[0]);
  const working = () => findServerProcesses(dataDirectory);
  if (working().includes(postmaster)) {
    log(`A database server of an earlier start still runs (process ${postmaster}): stopping it.`);
    await signalAndWait([postmaster], 'SIGINT', working, FAST_MS);
    await signalAndWait([postmaster], 'SIGQUIT', working, IMMEDIATE_MS);
  } else {
    // Backends outlive a killed postmaster for the moment they need to notice; a new server beside them would
    // destroy the data, so they must be gone.
    await signalAndWait([], 'SIGQUIT', working, NOTICE_MS);
  }
  await signalAndWait(working(), 'SIGKILL', working, IMMEDIATE_MS);
  const left = working();
  if (left.length > 0)
    throw new Error(`A database server of an earlier start does not end: process ${left.join(', ')}`);
  // Elsewhere only the postmaster can be found, not its backends, and PostgreSQL's own checks have to do.
  if (process.platform === 'linux') rmSync(pidFile, { force: true });
}

async function signalAndWait(pids: number[], signal: NodeJS.Signals, working: () => number[], limitMs: number) {
  const started = performance.now();
  for (const pid of pids) trySignal(pid, signal);
  while (working().length > 0 && performance.now() - started < limitMs) await delay(POLL_MS);
}

function trySignal(pid: number, signal: NodeJS.Signals): void {
  try {
    process.kill(pid, signal);
  } catch {
    // It ended in this moment.
  }
}

function findServerProcesses(dataDirectory: string): number[] {
  const directory = realpathSync(dataDirectory);
  if (process.platform !== 'linux') {
    const lines = execFileSync('ps', ['-axo', 'pid=,command='], { encoding: 'utf8' }).split('\n');
    return lines.filter((line) => line.includes(`-D ${directory} `)).map((line) => Number.parseInt(line, 10));
  }
  return readdirSync('/proc')
    .filter((name) => /^\d+$/.test(name) && isServerProcess(name, directory))
    .map(Number);
}

/** False for processes of others, and for those that have ended but were not yet collected. */
function isServerProcess(pid: string, directory: string): boolean {
  try {
    // The name as well: someone may have a shell open in the data directory.
    const name = readFileSync(`/proc/${pid}/comm`, 'utf8').trim();
    return name === 'postgres' && readlinkSync(`/proc/${pid}/cwd`) === directory;
  } catch {
    return false;
  }
}
