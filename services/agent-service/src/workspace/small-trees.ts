// Writes the state of a small workspace into its repository as git would, without git: four processes cost more than all that
// they do there. Whatever it is not sure of is left to git.
import { constants } from 'node:fs';
import { lstat, open, readlink } from 'node:fs/promises';
import { join } from 'node:path';
import { EMPTY_TREE, type FileChange, MAX_CHANGES } from './changes.ts';
import { git } from './git.ts';
import { writeObject } from './loose-objects.ts';
import { type TreeFile, toTrees } from './tree-objects.ts';

/** With more of them, git is as fast. */
const MOST_FILES = 1_000;
const MOST_BYTES = 8 * 1024 * 1024;
/** Names on the way to a file: what is done for each of them is done on the main thread. */
const MOST_NAMES = 40;

/** File systems count time in steps: a file that was changed so shortly before it was read may change without a trace. */
const STEP_MS = 2_000;

/** `seen` is undefined where a change would leave no trace: it is read again. */
type Known = TreeFile & { size: number; seen: string | undefined };

export type SmallTrees = {
  /**
   * @param paths all files and links that are there
   * @param before the tree that it is compared with; null: an empty one
   * @returns undefined when it is for git to do; what was written by then harms nobody
   */
  write(
    directory: string,
    paths: readonly string[],
    before: string | null,
  ): Promise<{ tree: string; changes: FileChange[] } | undefined>;
};

export function newSmallTrees(gitDir: string, clock = Date.now): SmallTrees {
  let last: { tree: string; files: ReadonlyMap<string, Known> } | undefined;
  // They are there, and stay: nothing is ever removed from a repository.
  const written = new Map<string, Promise<unknown>>();

  async function keep(kind: 'blob' | 'tree', content: Buffer): Promise<string> {
    const { id, write } = writeObject(gitDir, kind, content);
    let writing = written.get(id);
    if (!writing) {
      writing = write();
      written.set(id, writing);
      writing.catch(() => written.delete(id));
    }
    await writing;
    return id;
  }

  async function look(directory: string, path: string, now: number): Promise<Known | undefined> {
    const stats = await lstat(join(directory, path), { bigint: true });
    const size = Number(stats.size);
    const seen = [stats.ino, stats.size, stats.mode, stats.mtimeNs, stats.ctimeNs].join();
    const known = last?.files.get(path);
    if (known?.seen === seen) return known;
    if (size > MOST_BYTES) return undefined;
    const isLink = stats.isSymbolicLink();
    if (!isLink && !stats.isFile()) return undefined;
    const mode = isLink ? '120000' : (stats.mode & 0o100n) !== 0n ? '100755' : '100644';
    const isOld = Number(stats.ctimeMs) < now - STEP_MS;
    return { path, mode, id: '', size, seen: isOld ? seen : undefined };
  }

  return {
    async write(directory, paths, before) {
      if (paths.length > MOST_FILES || paths.some(isUnusual)) return undefined;
      const old = last && before === last.tree ? last.files : await readTree(gitDir, before);
      if (old.size > MOST_FILES || [...old.keys()].some(isUnusual)) return undefined;
      const now = clock();
      const found = await Promise.all(paths.map((path) => look(directory, path, now)));
      const files = found.filter((file) => file !== undefined);
      const bytes = files.reduce((sum, { id, size }) => sum + (id === '' ? size : 0), 0);
      if (files.length < paths.length || bytes > MOST_BYTES) return undefined;
      const kept = await Promise.all(
        files.map(async (file) => {
          if (file.id !== '') return file;
          const content = await readOne(join(directory, file.path), file.mode);
          return { ...file, id: await keep('blob', content) };
        }),
      );
      const tree = await toTrees(kept, (content) => keep('tree', content));
      const map = new Map(kept.map((file) => [file.path, file]));
      last = { tree, files: map };
      return { tree, changes: toChanges(old, map) };
    },
  };
}

/** Nested deeply, or with a name that is no text and was read as something else. */
const isUnusual = (path: string) => path.includes('\uFFFD') || path.split('/').length > MOST_NAMES;

async function readTree(gitDir: string, tree: string | null): Promise<Map<string, Known>> {
  if (tree === null || tree === EMPTY_TREE) return new Map();
  const list = (await git(['ls-tree', '-r', '-z', tree], { gitDir })).toString('utf8');
  return new Map(
    list.split('\0').flatMap((line): [string, Known][] => {
      const [, mode, id, path] = /^(\d+) \w+ (\w+)\t(.*)$/s.exec(line) ?? [];
      if (path === undefined) return [];
      return [[path, { path, mode: mode as Known['mode'], id: id as string, size: 0, seen: undefined }]];
    }),
  );
}

async function readOne(path: string, mode: string): Promise<Buffer> {
  if (mode === '120000') return readlink(path, { encoding: 'buffer' });
  const file = await open(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  try {
    return await file.readFile();
  } finally {
    await file.close();
  }
}

function toChanges(before: ReadonlyMap<string, Known>, after: ReadonlyMap<string, Known>): FileChange[] {
  const paths = [...new Set([...before.keys(), ...after.keys()])];
  const changes = paths.flatMap((path): FileChange[] => {
    const [old, file] = [before.get(path), after.get(path)];
    if (!file) return [{ path, change: 'deleted', size: 0 }];
    if (!old) return [{ path, change: 'created', size: file.size }];
    const isSame = old.id === file.id && old.mode === file.mode;
    return isSame ? [] : [{ path, change: 'modified', size: file.size }];
  });
  return changes.sort((a, b) => Buffer.compare(Buffer.from(a.path), Buffer.from(b.path))).slice(0, MAX_CHANGES);
}
