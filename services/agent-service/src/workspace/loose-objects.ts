// Writes what is small into a git repository without git: starting a process from a large one like ours costs more than
// all that git would do here. The same files as git's own, on the disk before anything names them.
import { createHash, randomUUID } from 'node:crypto';
import { access, mkdir, open, rename, rm } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';

const compress = promisify(deflate);

/** An object's id, and what puts it into a repository that may have it already. */
export function writeObject(
  gitDir: string,
  kind: 'blob' | 'commit' | 'tree',
  content: string | Buffer,
): { id: string; write: () => Promise<void> } {
  const body = Buffer.from(content);
  const whole = Buffer.concat([Buffer.from(`${kind} ${body.length}\0`), body]);
  const id = createHash('sha1').update(whole).digest('hex');
  const path = join(gitDir, 'objects', id.slice(0, 2), id.slice(2));
  return {
    id,
    async write() {
      const isKnown = await access(path).then(
        () => true,
        () => false,
      );
      if (!isKnown) await writeDurably(gitDir, path, await compress(whole));
    },
  };
}

/**
 * As `git update-ref` without an old value: the last one to come wins.
 * @param mayShow asked when nothing is left to do but to put it in its place, so that a process that was paused asks afterwards
 */
export async function writeReference(
  gitDir: string,
  name: string,
  commit: string,
  mayShow: () => boolean,
): Promise<void> {
  await writeDurably(gitDir, join(gitDir, name), `${commit}\n`, mayShow);
}

/** Whole or not at all, whoever else writes it and whenever we are killed: git clears away what bears such a name. */
async function writeDurably(
  gitDir: string,
  path: string,
  content: string | Buffer,
  mayShow = () => true,
): Promise<void> {
  const temporary = join(gitDir, 'objects', `tmp_obj_${randomUUID()}`);
  const file = await open(temporary, 'wx', 0o644);
  try {
    await file.writeFile(content);
    await file.sync();
  } finally {
    await file.close();
  }
  if (!mayShow()) return rm(temporary);
  await rename(temporary, path).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    // The first object that begins with these two digits.
    await mkdir(dirname(path), { recursive: true });
    await rename(temporary, path);
  });
}
