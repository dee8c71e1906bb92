// What differs between two recorded states of a workspace.
import { EMPTY_TREE } from './changes.ts';
import { git } from './git.ts';
import type { Snapshot } from './snapshot.ts';

/** A unified diff; every file is taken for text. */
export async function diffTrees(gitDir: string, from: Snapshot | null, to: Snapshot | null): Promise<string> {
  const trees = [from?.tree ?? EMPTY_TREE, to?.tree ?? EMPTY_TREE];
  const args = ['diff-tree', '-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--text', ...trees];
  return (await git(args, { gitDir })).toString('utf8');
}
