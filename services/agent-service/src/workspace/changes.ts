// Which files differ between two snapshots of a workspace.
import { git } from './git.ts';
import type { Snapshot } from './snapshot.ts';

export type FileChange = { path: string; change: 'created' | 'modified' | 'deleted'; size: number };

/** The tree that git knows without its being written: an empty one. */
const EMPTY_TREE = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** More are not told one by one. */
const MAX_CHANGES = 500;

const CHANGES: Record<string, FileChange['change']> = { A: 'created', D: 'deleted' };

/** By path. `size` is the size after the change in bytes, 0 for a deleted file. */
export async function findChanges(gitDir: string, before: Snapshot | null, after: Snapshot): Promise<FileChange[]> {
  const from = before?.tree ?? EMPTY_TREE;
  if (from === after.tree) return [];
  const output = await git(['diff-tree', '-r', '-z', '--no-renames', from, after.tree], { gitDir });
  // `:oldmode newmode oldobject newobject status`, NUL, path, NUL
  const fields = output.toString('utf8').split('\0').slice(0, -1);
  const found: { path: string; status: string; object: string }[] = [];
  for (let at = 0; at + 1 < fields.length && found.length < MAX_CHANGES; at += 2) {
    const [, , , object = '', status = ''] = (fields[at] as string).split(' ');
    found.push({ path: fields[at + 1] as string, status, object });
  }
  const sizes = await readSizes(
    gitDir,
    found.map(({ object }) => object),
  );
  return found.map(({ path, status }, index) => ({
    path,
    change: CHANGES[status] ?? 'modified',
    size: sizes[index] ?? 0,
  }));
}

async function readSizes(gitDir: string, objects: string[]): Promise<number[]> {
  if (objects.length === 0) return [];
  const input = `${objects.join('\n')}\n`;
  const output = await git(['cat-file', '--batch-check=%(objectsize)'], { gitDir, input });
  // A deleted file has no object: its line says `missing`.
  return output
    .toString('utf8')
    .trimEnd()
    .split('\n')
    .map((line) => Number(line) || 0);
}
