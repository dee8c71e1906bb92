// Reads what lies in a workspace without ever leaving it. Each part of a path is opened by itself, from the directory
// opened before it, and no link is followed by the system: what a command puts in the way meanwhile leads nowhere.
import { constants, type FileHandle, open, readdir, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { WorkspaceFault } from './snapshot.ts';

/** Not waiting keeps a pipe without a writer from holding us for ever. */
export const READ_HERE = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

const MAX_LINKS = 40;

/** Each directory on the way is open meanwhile; what lies deeper is left out. */
const MAX_DEPTH = 100;

/** Not descended into unless they are asked for: they hold what others wrote, and much of it. */
const LEFT_OUT = new Set(['.git', 'node_modules']);

export type Opened = { handle: FileHandle; path: string };

/**
 * Opens a file or directory; links are followed as long as they lead to something inside.
 * @param path relative to the workspace; empty for the workspace itself
 * @throws WorkspaceFault when there is nothing, or a link leads outside
 */
export async function openInside(root: string, path: string): Promise<FileHandle> {
  const opened: Opened[] = [{ handle: await open(root, READ_HERE | constants.O_DIRECTORY), path: root }];
  let rest = path.split('/');
  let links = 0;
  try {
    for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
      if (part === '' || part === '.') continue;
      if (part === '..') {
        await opened.pop()?.handle.close();
        if (opened.length === 0) throw new WorkspaceFault(`${path}: leads out of the workspace.`);
        continue;
      }
      const place = placeIn(opened.at(-1) as Opened, part);
      const next = await openOrReadLink(place, path);
      if (typeof next !== 'string') {
        opened.push({ handle: next, path: join((opened.at(-1) as Opened).path, part) });
        continue;
      }
      links += 1;
      if (next.startsWith('/')) throw new WorkspaceFault(`${path}: leads out of the workspace.`);
      if (links > MAX_LINKS) throw new WorkspaceFault(`${path}: its links lead in a circle.`);
      rest = [...next.split('/'), ...rest];
    }
    return (opened.pop() as Opened).handle;
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

/** On Linux by the open directory itself; elsewhere by its path, as nothing better is there. */
export function placeIn({ handle, path }: Opened, name: string): string {
  return process.platform === 'linux' ? `/proc/self/fd/${handle.fd}/${name}` : join(path, name);
}

/** @returns where it leads to when it is a link */
async function openOrReadLink(place: string, path: string): Promise<FileHandle | string> {
  try {
    return await open(place, READ_HERE).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ELOOP') return readlink(place);
      throw error;
    });
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR')
      throw new WorkspaceFault(`${path}: there is no such file or directory.`);
    throw new WorkspaceFault(`${path}: cannot be opened (${code}).`);
  }
}

export type Found = {
  /** Relative to the workspace. */
  path: string;
  kind: 'file' | 'directory' | 'link' | 'other';
  /** What to open, without following, to get at it; good until the next one is asked for. */
  place: string;
};

/** Everything below a directory, by name, each directory before what is in it. Links are not followed. */
export async function* walkInside(root: string, path: string): AsyncGenerator<Found> {
  const handle = await openInside(root, path);
  try {
    if (!(await handle.stat()).isDirectory()) throw new WorkspaceFault(`${path}: is not a directory.`);
    yield* walk({ handle, path: join(root, path) }, path.replace(/^(\.?\/)+|^\.$|\/+$/g, ''), 1);
  } finally {
    await handle.close();
  }
}

async function* walk(directory: Opened, path: string, depth: number): AsyncGenerator<Found> {
  // A directory that a command closed to us holds nothing for us.
  const entries = await readdir(placeIn(directory, '.'), { withFileTypes: true }).catch(() => []);
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    // Of the sandbox, and none of the workspace's.
    if (path === '' && entry.name === '.git') continue;
    const place = placeIn(directory, entry.name);
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    if (!entry.isDirectory()) {
      yield { path: inner, kind: entry.isFile() ? 'file' : entry.isSymbolicLink() ? 'link' : 'other', place };
      continue;
    }
    yield { path: inner, kind: 'directory', place };
    if (LEFT_OUT.has(entry.name) || depth === MAX_DEPTH) continue;
    const handle = await open(place, READ_HERE | constants.O_DIRECTORY).catch(() => undefined);
    if (!handle) continue;
    try {
      yield* walk({ handle, path: join(directory.path, entry.name) }, inner, depth + 1);
    } finally {
      await handle.close();
    }
  }
}
