// What we write without git is what git would write, whatever is done to a workspace.
import { spawnSync } from 'node:child_process';
import { chmod, mkdir, mkdtemp, readdir, rm, symlink, utimes, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { toChanges } from '../src/workspace/changes.ts';
import { git, gitScript } from '../src/workspace/git.ts';
import { newSmallTrees, type SmallTrees } from '../src/workspace/small-trees.ts';
import { ensureRepository, type KeptState } from '../src/workspace/snapshot.ts';
import { repositoryOf } from '../src/workspace/workspace.ts';
import { openWorkspace } from './given-workspace.ts';

let root: string;
let directory: string;
let ours: string;
let theirs: string;
let trees: SmallTrees;

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'builder workspace '));
  [directory, ours, theirs] = ['files', 'ours', 'theirs'].map((name) => join(root, name)) as [string, string, string];
  await mkdir(directory);
  await ensureRepository(ours);
  await ensureRepository(theirs);
  trees = newSmallTrees(ours);
});

afterEach(() => rm(root, { recursive: true, force: true }));

const inside = (path: string) => join(directory, path);

async function put(path: string, content: string | Buffer): Promise<void> {
  await mkdir(dirname(inside(path)), { recursive: true });
  await writeFile(inside(path), content);
}

const pathsOf = async () =>
  (await readdir(directory, { recursive: true, withFileTypes: true }))
    .filter((entry) => !entry.isDirectory())
    .map((entry) => join(entry.parentPath, entry.name).slice(directory.length + 1));

const write = async (before: string | null) => trees.write(directory, await pathsOf(), before);

const EMPTY = '4b825dc642cb6eb9a060e54bf8d69288fbee4904';

/** Git's own view, with an index of its own each time. */
async function byGit(before: string | null): Promise<{ tree: string; changes: unknown }> {
  const options = { gitDir: theirs, workTree: directory, indexFile: join(root, `index-${Math.random()}`) };
  const script =
    'git add --all --force .; tree=$(git write-tree); echo "$tree"; git diff-tree -r -z --no-renames "$1" "$tree"';
  const output = (await gitScript(script, [before ?? EMPTY], options)).toString('utf8');
  const end = output.indexOf('\n');
  return { tree: output.slice(0, end), changes: await toChanges(directory, output.slice(end + 1)) };
}

async function checkObjects(tree: string): Promise<void> {
  const read = (gitDir: string) => git(['ls-tree', '-r', '-t', '-z', tree], { gitDir });
  expect((await read(ours)).equals(await read(theirs))).toBe(true);
  await git(['rev-list', '--objects', '--quiet', tree], { gitDir: ours });
}

const NAMES = ['a', 'a.b', 'a-b', 'a b', 'ab', 'Ä', 'é', '中文', '🍵', 'x.y', 'z"q', 'line\nend', 'tab\tend'];

test('the same trees and changes as git, after 120 states that come from each other', async () => {
  let state = 20_260_101;
  const draw = (most: number) => {
    state = (state * 1_103_515_245 + 12_345) % 2_147_483_648;
    return Math.floor((state / 2_147_483_648) * most);
  };
  const path = () => Array.from({ length: 1 + draw(3) }, () => NAMES[draw(NAMES.length)]).join('/');
  let before: string | null = null;
  for (let turn = 0; turn < 120; turn += 1) {
    for (let n = draw(4); n >= 0; n -= 1) {
      const target = path();
      const what = draw(6);
      try {
        if (what === 0) await rm(inside(target), { recursive: true, force: true });
        else if (what === 1) {
          await mkdir(dirname(inside(target)), { recursive: true });
          await symlink(path(), inside(target));
        } else if (what === 2) await chmod(inside(target), draw(2) === 0 ? 0o755 : 0o600);
        else await put(target, Buffer.from(Array.from({ length: draw(3) }, () => draw(256))));
      } catch {
        // There is a file where a directory would have to be, or the other way round, or nothing.
      }
    }
    const kept = await write(before);
    expect(kept).toEqual(await byGit(before));
    before = (kept as { tree: string }).tree;
    if (turn % 20 === 0) await checkObjects(before);
    // A new owner of the run knows nothing of what was written.
    if (turn % 15 === 0) trees = newSmallTrees(ours);
  }
  await checkObjects(before as string);
});

const anHourLater = () => Date.now() + 3_600_000;

test('a file that has become another one of as many bytes, with its time set back, is seen to be another', async () => {
  // So much later that it is not read again for being young.
  trees = newSmallTrees(ours, anHourLater);
  const moment = new Date(2026, 0, 1);
  let before: string | null = null;
  for (const content of ['one', 'two', 'six', 'ten']) {
    await put('a.txt', content);
    await utimes(inside('a.txt'), moment, moment);
    const kept = await write(before);
    expect(kept).toEqual(await byGit(before));
    before = kept?.tree ?? null;
  }
});

test.each([
  ['an hour ago is not read again', anHourLater, true],
  ['just now is read again: it may change within the same moment, and nothing would tell', Date.now, false],
])('a file that was changed %s', async (_what, clock, isSmall) => {
  trees = newSmallTrees(ours, clock);
  await put('a', Buffer.alloc(5 * 1024 * 1024, 'a'));
  const first = await write(null);
  await put('b', Buffer.alloc(5 * 1024 * 1024, 'b'));
  // Both together would be more than it reads.
  expect((await write(first?.tree ?? null)) !== undefined).toBe(isSmall);
});

test.each([
  ['more than a thousand files', () => Promise.all(Array.from({ length: 1_001 }, (_, n) => put(`${n}`, `${n}`)))],
  ['a file below more than forty directories', () => put(`${'d/'.repeat(40)}file`, 'x')],
  ['more than eight megabytes', () => put('large', Buffer.alloc(9 * 1024 * 1024))],
  [
    'a name that is no text',
    async () => {
      spawnSync('/bin/sh', ['-c', 'printf x > "$(printf \'n\\377\')"'], { cwd: directory });
    },
  ],
])('%s: it is for git to do', async (_what, make) => {
  await make();
  expect(await write(null)).toBeUndefined();
});

test('a workspace keeps a state that is too large for us by git, and goes on without it when it has become small', async () => {
  const workspace = await openWorkspace(root, 'task-1', 1, null);
  const keep = async (before: KeptState | null) => (await workspace.snapshot(before?.snapshot ?? null))();
  const small = await workspace.writeFile('a.txt', 'a').then(() => keep(null));
  const name = join(workspace.directory, 'large');
  await writeFile(name, Buffer.alloc(9 * 1024 * 1024));
  const large = await keep(small);
  expect(large.changes).toEqual([{ path: 'large', change: 'created', size: 9 * 1024 * 1024 }]);
  await rm(name);
  const again = await keep(large);
  expect(again).toEqual({ snapshot: small.snapshot, changes: [{ path: 'large', change: 'deleted', size: 0 }] });
  const gitDir = repositoryOf(root, 'task-1');
  const tree = async ({ snapshot }: KeptState) =>
    (await git(['ls-tree', '-r', '--name-only', snapshot.tree], { gitDir })).toString();
  expect(await Promise.all([small, large].map(tree))).toEqual(['a.txt\n', 'a.txt\nlarge\n']);
});
