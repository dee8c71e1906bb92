// Reads files out of a recorded tree. Nothing is read from a working directory, so a link cannot lead outside of it and
// nobody can change a file between check and use.
import { Readable } from 'node:stream';
import type { WorkspaceFile } from '@builder-ai/contracts/task';
import { AppError } from '@builder-ai/platform/problem';
import { EMPTY_TREE } from './changes.ts';
import { git, spawnGit } from './git.ts';
import type { Snapshot } from './snapshot.ts';

type TreeEntry = { path: string; mode: string; object: string; size: number };

/** The end of a directory that lists nothing (APPNOTE.TXT 6.3.10, 4.3.16). */
const EMPTY_ZIP = Buffer.concat([Buffer.from('PK\x05\x06'), Buffer.alloc(18)]);

const LINK = '120000';
const MAX_LINKS = 40;

async function readTree(gitDir: string, tree: string): Promise<TreeEntry[]> {
  // There need be no repository.
  if (tree === EMPTY_TREE) return [];
  const output = (await git(['ls-tree', '-r', '-l', '-z', tree], { gitDir })).toString('utf8');
  return output
    .split('\0')
    .filter(Boolean)
    .map((line) => {
      const [head, path] = line.split('\t') as [string, string];
      const [mode, , object, size] = head.split(/\s+/) as [string, string, string, string];
      return { path, mode, object, size: Number(size) };
    });
}

/** Every file, link and directory of a workspace, by path. */
export async function listFiles(gitDir: string, snapshot: Snapshot): Promise<WorkspaceFile[]> {
  const entries = await readTree(gitDir, snapshot.tree);
  const files: WorkspaceFile[] = entries.map(({ path, mode, size }) => ({
    path,
    type: mode === LINK ? 'link' : 'file',
    size,
    mode: mode.slice(-3),
  }));
  const directories = new Set(snapshot.empty_directories);
  for (const { path } of [...entries, ...snapshot.empty_directories.map((directory) => ({ path: `${directory}/x` }))]) {
    for (let end = path.lastIndexOf('/'); end > 0; end = path.lastIndexOf('/', end - 1))
      directories.add(path.slice(0, end));
  }
  for (const path of directories) files.push({ path, type: 'directory', size: 0, mode: '755' });
  return files.sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** `object` names its bytes: the same name, the same bytes. */
export type TreeFile = { size: number; object: string; open(): Readable };

/**
 * The content of one file, following links inside the tree.
 * @throws AppError FILE_NOT_FOUND when there is no such file, PATH_INVALID when a link leads outside the workspace
 */
export async function readTreeFile(gitDir: string, tree: string, path: string): Promise<TreeFile> {
  const entries = new Map((await readTree(gitDir, tree)).map((entry) => [entry.path, entry]));
  const readLink = async (object: string) => (await git(['cat-file', 'blob', object], { gitDir })).toString('utf8');
  const entry = await resolveLinks(entries, path, readLink);
  return { size: entry.size, object: entry.object, open: () => stream(gitDir, ['cat-file', 'blob', entry.object]) };
}

/** Walks the path component by component, as the file system would, but inside the tree. */
async function resolveLinks(
  entries: ReadonlyMap<string, TreeEntry>,
  path: string,
  readLink: (object: string) => Promise<string>,
): Promise<TreeEntry> {
  let rest = path.split('/');
  let done: string[] = [];
  for (let links = 0; rest.length > 0; ) {
    const part = rest.shift() as string;
    if (part === '' || part === '.') continue;
    if (part === '..') {
      if (done.length === 0) throw new AppError('PATH_INVALID');
      done.pop();
      continue;
    }
    done.push(part);
    const entry = entries.get(done.join('/'));
    if (entry?.mode !== LINK) continue;
    links += 1;
    if (links > MAX_LINKS) throw new AppError('FILE_NOT_FOUND');
    const target = await readLink(entry.object);
    if (target.startsWith('/')) throw new AppError('PATH_INVALID');
    done = done.slice(0, -1);
    rest = [...target.split('/'), ...rest];
  }
  const entry = entries.get(done.join('/'));
  if (!entry) throw new AppError('FILE_NOT_FOUND');
  return entry;
}

/** The bytes of every file, and the target of every link, one after the other. */
export async function* readBlobs(gitDir: string, tree: string): AsyncGenerator<{ path: string; content: Buffer }> {
  for (const { path, object } of await readTree(gitDir, tree))
    yield { path, content: await git(['cat-file', 'blob', object], { gitDir }) };
}

/** The whole workspace as a zip file. */
export function archive(gitDir: string, tree: string): Readable {
  if (tree === EMPTY_TREE) return Readable.from([EMPTY_ZIP]);
  return stream(gitDir, ['archive', '--format=zip', tree]);
}

function stream(gitDir: string, args: string[]): Readable {
  const child = spawnGit(args, { gitDir });
  child.stdin.end();
  child.stderr.resume();
  child.on('error', (error) => child.stdout.destroy(error));
  child.on('close', (code) => {
    if (code !== 0) child.stdout.destroy(new Error(`git ${args[0]} ended with ${code}`));
  });
  // A reader that goes away ends the process: it would wait for ever on a full pipe.
  child.stdout.on('close', () => child.kill());
  return child.stdout;
}
