// Turns a directory into a git tree and back, byte for byte: no file is ignored, no line end rewritten, and the empty
// directories that git leaves out are written down beside the tree.
import { lstat, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_TREE, type FileChange, toChanges } from './changes.ts';
import { git, gitScript } from './git.ts';
import { writeObject, writeReference } from './loose-objects.ts';
import { removeTree } from './remove-tree.ts';
import type { SmallTrees } from './small-trees.ts';

export type Snapshot = { tree: string; empty_directories: string[] };

/** The state of a workspace that nothing was made in. */
export const NOTHING: Snapshot = { tree: EMPTY_TREE, empty_directories: [] };

/** Of such a state there is nothing on the disk, nor needs there be a repository. */
export function isNothing(snapshot: Snapshot | null): boolean {
  return snapshot === null || (snapshot.tree === EMPTY_TREE && snapshot.empty_directories.length === 0);
}

/** A workspace that cannot be kept whole; the words are for whoever made it so. */
export class WorkspaceFault extends Error {}

// Attributes here outrank any .gitattributes inside the workspace.
const ATTRIBUTES = '* -text -eol -ident -filter -working-tree-encoding -export-ignore -export-subst -diff\n';

const CONFIG = '[core]\n\trepositoryformatversion = 0\n\tfilemode = true\n\tbare = true\n';

/** Makes the task's repository, outside of every working directory; does nothing when it is there. */
export async function ensureRepository(gitDir: string): Promise<void> {
  try {
    await lstat(join(gitDir, 'info', 'attributes'));
  } catch {
    // What git needs of all that `git init` makes; whoever was interrupted here begins anew.
    for (const name of ['info', 'objects', 'refs/heads']) await mkdir(join(gitDir, name), { recursive: true });
    await writeFile(join(gitDir, 'HEAD'), 'ref: refs/heads/main\n');
    await writeFile(join(gitDir, 'config'), CONFIG);
    await writeFile(join(gitDir, 'info', 'attributes'), ATTRIBUTES);
  }
}

// The tree's id, then what differs from the tree before.
const SNAPSHOT = `git add --all --force .
tree=$(git write-tree)
echo "$tree"
git diff-tree -r -z --no-renames "$1" "$tree"`;

export type KeptState = { snapshot: Snapshot; changes: FileChange[] };

/**
 * Looks whether the directory's state can be kept.
 * @param before what it is compared with; null: an empty one
 * @returns what writes it into the repository: until that is done, nothing may change
 * @throws WorkspaceFault for a `.git` inside it or a file that is neither file, directory nor link
 */
export async function takeSnapshot(
  gitDir: string,
  directory: string,
  indexFile: string,
  before: Snapshot | null,
  trees: SmallTrees,
): Promise<() => Promise<KeptState>> {
  const found: Found = { paths: [], emptyDirectories: [] };
  await lookInside(directory, '', found);
  const empty_directories = found.emptyDirectories.sort();
  return async () => {
    // What hinders it, hinders git too, which has the words for it.
    const small = await trees.write(directory, found.paths, before?.tree ?? null).catch(() => undefined);
    if (!small) return writeTree(gitDir, directory, indexFile, before, empty_directories);
    const { tree, changes } = small;
    return { snapshot: { tree, empty_directories }, changes };
  };
}

async function writeTree(
  gitDir: string,
  directory: string,
  indexFile: string,
  before: Snapshot | null,
  empty_directories: string[],
): Promise<KeptState> {
  const options = { gitDir, workTree: directory, indexFile };
  const output = (await gitScript(SNAPSHOT, [before?.tree ?? EMPTY_TREE], options)).toString('utf8');
  const end = output.indexOf('\n');
  return {
    snapshot: { tree: output.slice(0, end), empty_directories },
    changes: await toChanges(directory, output.slice(end + 1)),
  };
}

/** Files and links, and directories with nothing in them. */
type Found = { paths: string[]; emptyDirectories: string[] };

/** @returns how many entries the directory has */
async function lookInside(root: string, path: string, found: Found): Promise<number> {
  const entries = await readdir(join(root, path), { withFileTypes: true }).catch((error: NodeJS.ErrnoException) => {
    // Closed to us, nested too deep, or with a name that is no text.
    throw path === '' ? error : new WorkspaceFault(`${path}: cannot be read (${error.code}).`);
  });
  let count = entries.length;
  for (const entry of entries) {
    if (path === '' && (await isMountPoint(root, entry))) {
      count -= 1;
      continue;
    }
    const inner = path === '' ? entry.name : `${path}/${entry.name}`;
    if (entry.name.toLowerCase() === '.git')
      throw new WorkspaceFault(`${inner}: a workspace may not contain a .git of its own.`);
    // On other systems it separates directories: an archive with it writes where nobody wanted.
    if (entry.name.includes('\\')) throw new WorkspaceFault(`${inner}: a name with a backslash cannot be kept.`);
    if (entry.isDirectory()) {
      if ((await lookInside(root, inner, found)) === 0) found.emptyDirectories.push(inner);
    } else if (entry.isFile() || entry.isSymbolicLink()) {
      found.paths.push(inner);
    } else {
      throw new WorkspaceFault(`${inner}: only files, directories and links can be kept.`);
    }
  }
  return count;
}

/** Where the sandbox that waits for the next command has its own empty `.git`: nothing that could be kept. */
async function isMountPoint(root: string, { name }: { name: string }): Promise<boolean> {
  if (name !== '.git') return false;
  const entries = await readdir(join(root, name)).catch((error: NodeJS.ErrnoException) =>
    // One that was given up just now.
    error.code === 'ENOENT' ? [] : undefined,
  );
  return entries?.length === 0;
}

/** Makes `directory` anew with exactly what the snapshot holds; null makes it empty. */
export async function materialise(
  gitDir: string,
  snapshot: Snapshot | null,
  directory: string,
  indexFile: string,
): Promise<void> {
  await removeTree(directory);
  await rm(indexFile, { force: true });
  await mkdir(directory, { recursive: true });
  if (!snapshot) return;
  const options = { gitDir, workTree: directory, indexFile };
  // One process for both; `-u` writes what the index holds into the new directory.
  await git(['read-tree', '-u', '--reset', snapshot.tree], options);
  for (const path of snapshot.empty_directories) await mkdir(join(directory, path), { recursive: true });
}

export type CommitDetails = { message: string; trailers: Record<string, string> };

/**
 * Commits a snapshot; who did it and at what cost stands in the trailers. No branch has it yet: see showCommit. What leaves
 * nothing where nothing was needs no commit of its own: it has the one that any history may begin with.
 */
export async function commitSnapshot(
  gitDir: string,
  snapshot: Snapshot,
  parent: string | null,
  details: CommitDetails,
): Promise<string> {
  if (hasNoCommit(snapshot, parent)) return COMMIT_OF_NOTHING.id;
  await ensureRepository(gitDir);
  if (parent === COMMIT_OF_NOTHING.id) await writeCommitOfNothing(gitDir);
  const trailers = Object.entries(details.trailers).map(([name, value]) => `${name}: ${value}`);
  const who = `${AUTHOR} ${Math.floor(Date.now() / 1000)} +0000`;
  const head = [`tree ${snapshot.tree}`, ...(parent ? [`parent ${parent}`] : []), `author ${who}`, `committer ${who}`];
  const text = `${head.join('\n')}\n\n${details.message}\n\n${trailers.join('\n')}\n`;
  const { id, write } = writeObject(gitDir, 'commit', text);
  await write();
  return id;
}

const AUTHOR = 'Builder AI <builder@localhost>';

/** Whether there is nothing to write of a commit: there was nothing and there is nothing. */
export function hasNoCommit(snapshot: Snapshot, parent: string | null): boolean {
  return isNothing(snapshot) && (parent === null || parent === COMMIT_OF_NOTHING.id);
}

/** The same in every repository; in the repository when another one follows it. */
const TEXT_OF_NOTHING = `tree ${EMPTY_TREE}\nauthor ${AUTHOR} 0 +0000\ncommitter ${AUTHOR} 0 +0000\n\nNothing yet\n`;
const COMMIT_OF_NOTHING = writeObject('', 'commit', TEXT_OF_NOTHING);

async function writeCommitOfNothing(gitDir: string): Promise<void> {
  await writeObject(gitDir, 'tree', '').write();
  await writeObject(gitDir, 'commit', TEXT_OF_NOTHING).write();
}

/**
 * Makes a commit the branch's newest, for whoever looks into the repository with git: we go by the ledger alone.
 * @param mayShow whether nobody has taken the run over, whose commits are newer
 */
export async function showCommit(gitDir: string, commit: string, mayShow: () => boolean): Promise<void> {
  if (commit !== COMMIT_OF_NOTHING.id) await writeReference(gitDir, 'refs/heads/main', commit, mayShow);
}
