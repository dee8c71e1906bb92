// What differs between two recorded states of a workspace.
import { once } from 'node:events';
import { EMPTY_TREE } from './changes.ts';
import { GitError, git, spawnGit } from './git.ts';
import type { Snapshot } from './snapshot.ts';

/** Stands at the end of a diff that is longer than wanted. */
export const CUT_OFF = '\n… the diff is longer and was cut off here …\n';

const NEWLINE = 0x0a;

/** A unified diff; every file is taken for text. */
export async function diffTrees(gitDir: string, from: Snapshot | null, to: Snapshot | null): Promise<string> {
  if (treeOf(from) === treeOf(to)) return '';
  return (await git(toArguments(from, to), { gitDir })).toString('utf8');
}

/**
 * The same piece by piece, cut off after a whole line where there is one; never more than one piece is in memory.
 * @param alsoRead where the other state is, when it is of another repository
 * @throws GitError when git breaks off
 */
export async function* streamDiff(
  gitDir: string,
  from: Snapshot | null,
  to: Snapshot | null,
  maxBytes: number,
  alsoRead?: string,
): AsyncGenerator<Buffer> {
  if (treeOf(from) === treeOf(to)) return;
  const child = spawnGit(toArguments(from, to), { gitDir, alsoRead });
  child.stdin.end();
  child.stderr.resume();
  const closed = once(child, 'close');
  // A reader that goes away does not wait for it.
  closed.catch(() => {});
  let left = maxBytes;
  try {
    for await (const chunk of child.stdout as AsyncIterable<Buffer>) {
      if (chunk.length > left) {
        yield chunk.subarray(0, chunk.subarray(0, left).lastIndexOf(NEWLINE) + 1);
        yield Buffer.from(CUT_OFF);
        return;
      }
      left -= chunk.length;
      yield chunk;
    }
    const [code] = await closed;
    if (code !== 0) throw new GitError(`git diff-tree ended with ${code}`);
  } finally {
    child.kill();
  }
}

function toArguments(from: Snapshot | null, to: Snapshot | null): string[] {
  const options = ['-r', '-p', '--no-renames', '--no-ext-diff', '--no-textconv', '--text'];
  return ['diff-tree', ...options, treeOf(from), treeOf(to)];
}

const treeOf = (snapshot: Snapshot | null) => snapshot?.tree ?? EMPTY_TREE;
