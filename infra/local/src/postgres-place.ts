import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { canEnter, type PostgresAccount } from './postgres-account.ts';

/** Directories for kept data which every account can pass through. Not a temporary one: those are emptied. */
const SHARED_PLACES = ['/var/lib/builder-ai', '/srv/builder-ai', '/opt/builder-ai'];

/**
 * The directory that holds the data and the copied programs: `directory` itself, unless PostgreSQL has to run as
 * another account that may not enter it (one of the directories above belongs to root alone). Then it is a directory
 * in a shared place, whose path is kept in `directory/location`.
 */
export function findPostgresPlace(directory: string, account: PostgresAccount): { place: string; current: string } {
  const location = join(directory, 'location');
  const current = existsSync(location) ? readFileSync(location, 'utf8').trim() : directory;
  if (canEnter(account, current)) return { place: current, current };
  // A name of its own: one made from the path would find the data of a BUILDER_HOME that was deleted or moved away.
  const name = randomBytes(8).toString('hex');
  for (const shared of SHARED_PLACES) {
    if (!makeOpenDirectory(shared) || !canEnter(account, shared)) continue;
    const place = join(shared, name);
    makeOpenDirectory(place);
    writeFileSync(join(place, 'belongs-to'), `${directory}\n`);
    return { place, current };
  }
  throw new Error(
    `PostgreSQL has to run as another account than root here, which can enter neither ${directory} nor any of ` +
      `${SHARED_PLACES.join(', ')}. Choose BUILDER_HOME where every account can enter, or give DATABASE_URL.`,
  );
}

/** Moves the data of an earlier start, which ran as another kind of account. Nothing may be running on it. */
export function moveToPlace(directory: string, current: string, place: string): void {
  if (current === place) return;
  if (existsSync(join(current, 'data'))) {
    rmSync(join(place, 'data.new'), { recursive: true, force: true });
    // Copied under another name first: the places may be on different disks, and a kill must not leave half of it.
    cpSync(join(current, 'data'), join(place, 'data.new'), { recursive: true, preserveTimestamps: true });
    // Copied directories get the default mode, which PostgreSQL refuses.
    chmodSync(join(place, 'data.new'), 0o700);
    // The original goes next: the copy must be on the disk, not only in memory.
    spawnSync('sync');
    renameSync(join(place, 'data.new'), join(place, 'data'));
  }
  writeFileSync(join(directory, 'location'), `${place}\n`);
  rmSync(join(current, 'data'), { recursive: true, force: true });
}

function makeOpenDirectory(path: string): boolean {
  try {
    mkdirSync(path, { recursive: true });
    chmodSync(path, 0o711);
    return true;
  } catch {
    return false;
  }
}
