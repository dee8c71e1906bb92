import { readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { openFileLock } from './file-lock.ts';

/** Who holds BUILDER_HOME, as it is told to a second start. `url` is there once the gateway listens. */
export type Holder = { pid: number; url?: string; state: 'starting' | 'running' | 'stopping' };

export type HomeLock = { tell(holder: Omit<Holder, 'pid'>): void; close(): void };

// A process that was just killed may need a moment to die, and one that stops is worth waiting for.
const PATIENCE_MS = 1500;
const STOPPING_PATIENCE_MS = 12_000;
const POLL_MS = 50;

/** Another Builder AI runs on this BUILDER_HOME. Its message says so plainly. */
export class HomeInUseError extends Error {
  constructor(home: string, holder: Holder | undefined) {
    const process = holder ? ` (process ${holder.pid}${holder.url ? `, ${holder.url}` : ''})` : '';
    super(
      `Builder AI is already running${process} on ${home}.\n` +
        'Use that one, stop it first, or start another with its own directory and port: ' +
        'BUILDER_HOME=/some/directory PORT=8001 npm start',
    );
  }
}

/** Takes BUILDER_HOME for this process, before anything in it is read; throws HomeInUseError when another has it. */
export async function openHomeLock(home: string, onWait: (holder: Holder) => void = () => {}): Promise<HomeLock> {
  const started = performance.now();
  let waiting = false;
  for (;;) {
    const lock = openFileLock(join(home, 'lock'));
    if (lock) {
      const tell = (holder: Omit<Holder, 'pid'>) => writeHolder(home, { pid: process.pid, ...holder });
      tell({ state: 'starting' });
      const close = () => {
        rmSync(holderFile(home), { force: true });
        lock.close();
      };
      return { tell, close };
    }
    const holder = findHolder(home);
    const stopping = holder?.state === 'stopping';
    if (performance.now() - started > (stopping ? STOPPING_PATIENCE_MS : PATIENCE_MS)) {
      throw new HomeInUseError(home, holder);
    }
    if (stopping && !waiting) onWait(holder);
    waiting ||= stopping;
    await delay(POLL_MS);
  }
}

const holderFile = (home: string) => join(home, 'running.json');

function writeHolder(home: string, holder: Holder): void {
  // By way of a second file, so that a reader never sees half of it.
  writeFileSync(`${holderFile(home)}.new`, `${JSON.stringify(holder)}\n`, { mode: 0o600 });
  renameSync(`${holderFile(home)}.new`, holderFile(home));
}

/** The file is only for the message: the lock is the truth. A killed holder's file may still be there. */
function findHolder(home: string): Holder | undefined {
  try {
    const holder = JSON.parse(readFileSync(holderFile(home), 'utf8')) as Holder;
    process.kill(holder.pid, 0);
    return holder;
  } catch {
    return undefined;
  }
}
