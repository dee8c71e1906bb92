// Gives a repository what another one holds, so that neither needs the other afterwards.
import { copyFile, link, mkdir, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { ensureRepository } from './snapshot.ts';

/**
 * Objects never change, so a file may be in both. Those that are being written at this moment are not needed.
 * Does nothing when there is no repository to take from.
 */
export async function copyObjects(from: string, to: string): Promise<void> {
  const directories = await readdir(join(from, 'objects')).catch(() => undefined);
  if (!directories) return;
  await ensureRepository(to);
  for (const directory of directories.filter((name) => /^[0-9a-f]{2}$/.test(name))) {
    await mkdir(join(to, 'objects', directory), { recursive: true });
    const names = await readdir(join(from, 'objects', directory));
    for (const name of names.filter((each) => /^[0-9a-f]{38}$/.test(each)))
      await share(join(from, 'objects', directory, name), join(to, 'objects', directory, name));
  }
}

async function share(from: string, to: string): Promise<void> {
  try {
    await link(from, to);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return;
    // Another file system, or one without hard links.
    await copyFile(from, to);
  }
}
