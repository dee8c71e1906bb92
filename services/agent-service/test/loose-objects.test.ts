import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from '@jest/globals';
import { git } from '../src/workspace/git.ts';
import { repositoryOf, type Workspace } from '../src/workspace/workspace.ts';
import { openWorkspace } from './given-workspace.ts';

const TASK = 'task-1';
const keep = async (workspace: Workspace) => (await (await workspace.snapshot(null))()).snapshot;

test('what is written without git is what git would write: the commit of nothing, commits with their trailers, the branch', async () => {
  const root = await mkdtemp(join(tmpdir(), 'builder workspace '));
  const workspace = await openWorkspace(root, TASK, 1, null);
  const gitDir = repositoryOf(root, TASK);
  const read = async (...args: string[]) => (await git(args, { gitDir })).toString('utf8');
  const empty = await keep(workspace);
  const first = await workspace.commit(empty, null, { message: 'Nobody', trailers: { 'Builder-Step': '0' } });
  await writeFile(join(workspace.directory, 'a.txt'), 'a');
  const second = await workspace.commit(await keep(workspace), first, {
    message: 'A file — now',
    trailers: { 'Builder-Step': '1' },
  });
  await expect(read('rev-parse', '--verify', 'refs/heads/main')).rejects.toThrow();
  await workspace.showCommit(second);
  expect(await read('fsck', '--strict', '--full', '--no-dangling')).toBe('');
  const lines = (
    await read('log', '--format=%H %P|%an <%ae>|%s|%(trailers:key=Builder-Step,valueonly,separator=)')
  ).trim();
  expect(lines.split('\n')).toEqual([
    `${second} ${first}|Builder AI <builder@localhost>|A file — now|1`,
    `${first} |Builder AI <builder@localhost>|Nothing yet|`,
  ]);
  expect((await read('rev-parse', 'refs/heads/main')).trim()).toBe(second);
  await rm(root, { recursive: true, force: true });
});
