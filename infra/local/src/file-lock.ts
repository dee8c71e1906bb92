import { DatabaseSync } from 'node:sqlite';
import { setTimeout as delay } from 'node:timers/promises';

/** An exclusive lock on a file, held until `close` or the end of this process, however it ends. */
export type FileLock = { close(): void };

// SQLite's own code for "another process has the lock".
const SQLITE_BUSY = 5;
const POLL_MS = 50;

// A lock that nobody refers to any more must not be given back by the garbage collector.
const held = new Set<DatabaseSync>();

/**
 * Takes an exclusive lock on `path` (made if absent), or returns undefined when another process holds it.
 *
 * Node offers no file locks, but its SQLite takes real ones (fcntl, LockFileEx): the operating system gives them to
 * exactly one process and takes them back when that process dies, so neither a crash nor a reused process id can
 * leave a stale lock, two starts at one instant need no tie-break, and two containers on one volume see each other.
 * Nothing is ever written, and the journal is in memory: a kill leaves an empty file and nothing else.
 */
export function openFileLock(path: string): FileLock | undefined {
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA journal_mode = MEMORY; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { errcode?: number }).errcode === SQLITE_BUSY) return undefined;
    throw error;
  }
  held.add(database);
  return {
    close() {
      held.delete(database);
      database.close();
    },
  };
}

/** The same, with some patience: a process that was killed a moment ago may still be there. */
export async function waitForFileLock(path: string, limitMs: number): Promise<FileLock | undefined> {
  const started = performance.now();
  for (;;) {
    const lock = openFileLock(path);
    if (lock || performance.now() - started > limitMs) return lock;
    await delay(POLL_MS);
  }
}
