// Where a task's files are: its repository, and one working directory per epoch.
import { readdirSync } from 'node:fs';
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { diffTrees } from './diff-trees.ts';
import { checkFilePath } from './file-path.ts';
import { removeTree } from './remove-tree.ts';
import { newSmallTrees } from './small-trees.ts';
import {
  type CommitDetails,
  commitSnapshot,
  ensureRepository,
  type KeptState,
  materialise,
  NOTHING,
  type Snapshot,
  showCommit,
  takeSnapshot,
} from './snapshot.ts';
import { writeInside } from './write-inside.ts';

/** The task's repository; ids are checked by the endpoint and are ours, yet nothing but these characters becomes a path. */
export function repositoryOf(root: string, taskId: string): string {
  return join(taskDirectory(root, taskId), 'git');
}

/** Where all is that a task has on the disk. */
export function taskDirectory(root: string, taskId: string): string {
  if (!/^[A-Za-z0-9_-]{1,200}$/.test(taskId))
    return join(root, `x-${Buffer.from(taskId).toString('hex').slice(0, 200)}`);
  return join(root, taskId);
}

/** All that a task has on the disk. What is not there is no fault. */
export async function removeTaskDirectory(root: string, taskId: string): Promise<void> {
  await removeTree(taskDirectory(root, taskId));
}

export type Workspace = {
  /** Where it is once it is opened. Changes when the workspace is restored. */
  readonly directory: string;
  /** Makes it, if nobody has yet. @returns where it is */
  open(): Promise<string>;
  /** Set while it is being made, and when that has failed. */
  readonly opening: Promise<void> | undefined;
  /** Writes a file anew (created or replaced whole). @returns what it was before */
  writeFile(path: string, content: string, executable?: boolean): Promise<'created' | 'modified'>;
  /**
   * Looks whether the directory's state can be kept.
   * @returns what keeps it, and says what differs from the state before; until that is done, nothing may change
   * @throws WorkspaceFault
   */
  snapshot(before: Snapshot | null): Promise<() => Promise<KeptState>>;
  /** Goes on in a new directory with what a snapshot holds: what still runs in the old one writes where nobody reads. */
  restore(snapshot: Snapshot | null): Promise<void>;
  /** What differs between two states, as a unified diff. */
  diff(from: Snapshot | null, to: Snapshot | null): Promise<string>;
  countFiles(): Promise<number>;
  /** @returns the commit's id; it is on no branch before it is shown. What leaves nothing has the commit of nothing */
  commit(snapshot: Snapshot, parent: string | null, details: CommitDetails): Promise<string>;
  /** Only after the ledger names it: a worker that lost its lease shows nothing, also when it has lost it since. */
  showCommit(commit: string): Promise<void>;
};

/**
 * The working directory of one epoch, made anew from the recorded state when it is first needed: a worker that lost its
 * lease may still write into its own, which nobody reads. A run that leaves no files leaves nothing on the disk.
 */
export function newWorkspace(root: string, taskId: string, epoch: number, from: Snapshot | null): Workspace {
  const base = taskDirectory(root, taskId);
  const gitDir = repositoryOf(root, taskId);
  const place = (name: string) => join(base, String(epoch), name);
  const indexFile = place('index');
  let directory = place('workspace');
  let restored = 0;
  let opening: Promise<void> | undefined;
  let isOpen = false;
  const trees = newSmallTrees(gitDir);
  async function make(): Promise<void> {
    await ensureRepository(gitDir);
    await removeOlderEpochs(base, epoch);
    await materialise(gitDir, from, directory, indexFile);
    isOpen = true;
  }
  async function open(): Promise<string> {
    opening ??= make();
    await opening;
    return directory;
  }
  return {
    get directory() {
      return directory;
    },
    open,
    get opening() {
      return isOpen ? undefined : opening;
    },
    async restore(snapshot) {
      await open();
      restored += 1;
      const next = place(`workspace-${restored}`);
      await materialise(gitDir, snapshot, next, indexFile);
      directory = next;
    },
    diff: (before, after) => diffTrees(gitDir, before, after),
    countFiles: async () => countFiles(await open()),
    writeFile: async (path, content, executable) =>
      writeInside(await open(), checkFilePath(path), content, executable ?? false),
    async snapshot(before) {
      if (!opening) return async () => ({ snapshot: from ?? NOTHING, changes: [] });
      return takeSnapshot(gitDir, await open(), indexFile, before, trees);
    },
    commit: (snapshot, parent, details) => commitSnapshot(gitDir, snapshot, parent, details),
    showCommit: (commit) => showCommit(gitDir, commit, () => !hasLaterEpoch(base, epoch)),
  };
}

/** A worker that lost its lease may be writing there at this moment: what cannot be removed now goes with the next one. */
async function removeOlderEpochs(base: string, epoch: number): Promise<void> {
  for (const name of await readdir(base)) {
    if (isEpoch(name) && Number(name) < epoch)
      await rm(join(base, name), { recursive: true, force: true }).catch(() => {});
  }
}

function hasLaterEpoch(base: string, epoch: number): boolean {
  return readdirSync(base).some((name) => isEpoch(name) && Number(name) > epoch);
}

const isEpoch = (name: string) => /^\d+$/.test(name);

async function countFiles(directory: string): Promise<number> {
  const entries = await readdir(directory, { recursive: true, withFileTypes: true });
  return entries.filter((entry) => !entry.isDirectory()).length;
}
