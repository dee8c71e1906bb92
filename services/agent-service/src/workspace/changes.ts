// Which files differ between two snapshots of a workspace.
import { lstat } from 'node:fs/promises';
import { join } from 'node:path';

export type FileChange = { path: string; change: 'created' | 'modified' | 'deleted'; size: number };

/** The tree that git knows without its being written: an empty one. */
export const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** More are not told one by one. */
export const MAX_CHANGES = 500;

const CHANGES: Record<string, FileChange['change']> = { A: 'created', D: 'deleted' };

/**
 * Reads what `git diff-tree -r -z` prints: `:oldmode newmode oldobject newobject status`, NUL, path, NUL.
 * @param directory where the files are now; `size` is in bytes, 0 for a deleted file
 */
export function toChanges(directory: string, diff: string): Promise<FileChange[]> {
  const fields = diff.split('\0').slice(0, 2 * MAX_CHANGES);
  const found: Promise<FileChange>[] = [];
  for (let at = 0; at + 1 < fields.length; at += 2) {
    const [status = '', path = ''] = [(fields[at] as string).slice(-1), fields[at + 1]];
    found.push(toChange(directory, path, CHANGES[status] ?? 'modified'));
  }
  return Promise.all(found);
}

async function toChange(directory: string, path: string, change: FileChange['change']): Promise<FileChange> {
  const stats = change === 'deleted' ? undefined : await lstat(join(directory, path)).catch(() => undefined);
  return { path, change, size: stats?.size ?? 0 };
}
