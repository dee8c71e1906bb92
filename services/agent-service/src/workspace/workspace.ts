// Where a task's files are: its repository, and one working directory per epoch.
import { randomBytes } from 'node:crypto';
import { constants, type FileHandle, lstat, mkdir, open, readdir, rename, rm, unlink } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import type { FileChange } from './changes.ts';
import { checkFilePath } from './file-path.ts';
import {
  type CommitDetails,
  commitSnapshot,
  ensureRepository,
  materialise,
  type Snapshot,
  takeSnapshot,
  WorkspaceFault,
} from './snapshot.ts';

/** The task's repository; ids are checked by the endpoint and are ours, yet nothing but these characters becomes a path. */
export function repositoryOf(root: string, taskId: string): string {
  return join(taskDirectory(root, taskId), 'git');
}

function taskDirectory(root: string, taskId: string): string {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(taskId))
    return join(root, `x-${Buffer.from(taskId).toString('hex').slice(0, 200)}`);
  return join(root, taskId);
}

export type Workspace = {
  /** Changes when the workspace is restored. */
  readonly directory: string;
  /** Writes a file anew (created or replaced whole). @returns what it was before */
  writeFile(path: string, content: string, executable?: boolean): Promise<'created' | 'modified'>;
  /** Keeps the directory's state, and says what differs from the state before. */
  snapshot(before: Snapshot | null): Promise<{ snapshot: Snapshot; changes: FileChange[] }>;
  /** Goes on in a new directory with what a snapshot holds: what still runs in the old one writes where nobody reads. */
  restore(snapshot: Snapshot | null): Promise<void>;
  countFiles(): Promise<number>;
  commit(snapshot: Snapshot, parent: string | null, details: CommitDetails): Promise<string>;
};

/**
 * Opens the working directory of one epoch, made anew from the recorded state: a worker that lost its lease may still
 * write into its own, which nobody reads.
 */
export async function openWorkspace(
  root: string,
  taskId: string,
  epoch: number,
  from: Snapshot | null,
): Promise<Workspace> {
  const base = taskDirectory(root, taskId);
  const gitDir = repositoryOf(root, taskId);
  const place = (name: string) => join(base, String(epoch), name);
  const indexFile = place('index');
  let directory = place('workspace');
  let restored = 0;
  await ensureRepository(gitDir);
  await removeOlderEpochs(base, epoch);
  await materialise(gitDir, from, directory, indexFile);
  return {
    get directory() {
      return directory;
    },
    async restore(snapshot) {
      restored += 1;
      const next = place(`workspace-${restored}`);
      await materialise(gitDir, snapshot, next, indexFile);
      directory = next;
    },
    countFiles: () => countFiles(directory),
    writeFile: async (path, content, executable) =>
      writeInside(directory, checkFilePath(path), content, executable ?? false),
    snapshot: (before) => takeSnapshot(gitDir, directory, indexFile, before),
    commit: (snapshot, parent, details) => commitSnapshot(gitDir, snapshot, parent, details),
  };
}

/** A worker that lost its lease may be writing there at this moment: what cannot be removed now goes with the next one. */
async function removeOlderEpochs(base: string, epoch: number): Promise<void> {
  for (const name of await readdir(base)) {
    if (/^\d+$/.test(name) && Number(name) < epoch)
      await rm(join(base, name), { recursive: true, force: true }).catch(() => {});
  }
}

async function countFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).length;
}

/**
 * Writes beside the target and renames, so that a reader sees the old file or the new one. A path through a link is
 * refused: a link in the workspace may point anywhere on the machine.
 */
async function writeInside(
  root: string,
  path: string,
  content: string,
  executable: boolean,
): Promise<'created' | 'modified'> {
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.some((part) => part.toLowerCase() === '.git'))
    throw new WorkspaceFault(`${path}: a workspace may not contain a .git of its own.`);
  let directory = root;
  for (const part of parts.slice(0, -1)) {
    directory = join(directory, part);
    await mkdir(directory).catch(ignoreExisting);
    if (!(await lstat(directory)).isDirectory()) throw new WorkspaceFault(`${path}: ${part} is not a directory.`);
  }
  const target = join(directory, parts.at(-1) as string);
  const before = await lstat(target).catch(() => undefined);
  if (before && !before.isFile()) throw new WorkspaceFault(`${path}: there is something that is not a file.`);
  const temporary = join(dirname(root), `writing-${randomBytes(6).toString('hex')}`);
  let handle: FileHandle | undefined;
  try {
    handle = await open(
      temporary,
      constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL,
      executable ? 0o755 : 0o644,
    );
    await handle.writeFile(content);
    await handle.close();
    await rename(temporary, target);
  } catch (error) {
    await handle?.close().catch(() => {});
    await unlink(temporary).catch(() => {});
    throw error;
  }
  return before ? 'modified' : 'created';
}

function ignoreExisting(error: NodeJS.ErrnoException): void {
  if (error.code !== 'EEXIST') throw error;
}
