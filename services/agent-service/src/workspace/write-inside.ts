// Writes files into a workspace without ever leaving it, as open-inside.ts reads them: no link on the way is followed.
import { randomBytes } from 'node:crypto';
import { constants, lstat, mkdir, open, rename, unlink, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { type Opened, placeIn, READ_HERE } from './open-inside.ts';
import { WorkspaceFault } from './snapshot.ts';

/** What the file system says of a path that cannot be written, whoever made it so. */
const REFUSALS = new Set(['EACCES', 'EISDIR', 'ELOOP', 'ENAMETOOLONG', 'ENOENT', 'ENOTDIR', 'EPERM']);

/**
 * Writes beside the workspace and renames, so that a reader sees the old file or the new one. Directories on the way are
 * made.
 * @param path relative to the workspace, and checked
 * @returns what it did
 * @throws WorkspaceFault when the path leads through a link, or to something that is not a file
 */
export async function writeInside(
  root: string,
  path: string,
  content: string,
  executable: boolean,
): Promise<'created' | 'modified'> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part.toLowerCase() === '.git'))
    throw new WorkspaceFault(`${path}: a workspace may not contain a .git of its own.`);
  const name = parts.pop();
  if (name === undefined) throw new WorkspaceFault(`${path}: is not the name of a file.`);
  const opened: Opened[] = [{ handle: await open(root, READ_HERE | constants.O_DIRECTORY), path: root }];
  const temporary = join(dirname(root), `writing-${randomBytes(6).toString('hex')}`);
  try {
    for (const part of parts) opened.push(await makeDirectory(opened.at(-1) as Opened, part, path));
    const target = placeIn(opened.at(-1) as Opened, name);
    const before = await lstat(target).catch(() => undefined);
    if (before && !before.isFile()) throw new WorkspaceFault(`${path}: there is something that is not a file.`);
    await writeFile(temporary, content, { flag: 'wx', mode: executable ? 0o755 : 0o644 });
    await rename(temporary, target);
    return before ? 'modified' : 'created';
  } catch (error) {
    await unlink(temporary).catch(() => {});
    const { code } = error as NodeJS.ErrnoException;
    if (code && REFUSALS.has(code)) throw new WorkspaceFault(`${path}: cannot be written (${code}).`);
    throw error;
  } finally {
    for (const { handle } of opened) await handle.close();
  }
}

async function makeDirectory(parent: Opened, name: string, path: string): Promise<Opened> {
  const place = placeIn(parent, name);
  await mkdir(place).catch(ignoreExisting);
  const handle = await open(place, READ_HERE | constants.O_DIRECTORY).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOTDIR' && error.code !== 'ELOOP') throw error;
    throw new WorkspaceFault(`${path}: ${name} is not a directory.`);
  });
  return { handle, path: join(parent.path, name) };
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
