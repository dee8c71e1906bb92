import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, lstat, mkdir, mkdtemp, readdir, readFile, readlink, rm, symlink, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { CUT_OFF, streamDiff } from '../src/workspace/diff-trees.ts';
import { WorkspaceFault } from '../src/workspace/snapshot.ts';
import { listFiles, readTreeFile } from '../src/workspace/tree-files.ts';
import { repositoryOf, type Workspace } from '../src/workspace/workspace.ts';
import { openWorkspace } from './given-workspace.ts';

const TASK = 'task-1';
/** The state of a workspace, kept in its repository. */
const keep = async (workspace: Workspace) => (await (await workspace.snapshot(null))()).snapshot;

let root: string;
let workspace: Workspace;
const inside = (path: string) => join(workspace.directory, path);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'builder workspace '));
  workspace = await openWorkspace(root, TASK, 1, null);
});

afterEach(() => rm(root, { recursive: true, force: true }));

/** Path, type, mode and bytes of everything: what "the same directory" means. */
async function walk(directory: string, path = ''): Promise<string[]> {
  const lines: string[] = [];
  for (const name of (await readdir(join(directory, path))).sort()) {
    const inner = path ? `${path}/${name}` : name;
    const stat = await lstat(join(directory, inner));
    if (stat.isDirectory()) lines.push(`${inner}/ directory`, ...(await walk(directory, inner)));
    else if (stat.isSymbolicLink()) lines.push(`${inner} link ${await readlink(join(directory, inner))}`);
    else
      lines.push(
        `${inner} ${(stat.mode & 0o111) !== 0 ? 'x' : '-'} ${(await readFile(join(directory, inner))).toString('hex')}`,
      );
  }
  return lines;
}

describe('a snapshot', () => {
  test('brings back every path, mode and byte: ignored files, line ends, links, empty directories', async () => {
    await writeFile(inside('.gitignore'), '*\n');
    await writeFile(inside('.gitattributes'), '* text=auto eol=crlf\n*.id ident\nsecret export-ignore\n');
    await writeFile(inside('ignored.txt'), 'kept\r\nas\nit is\r\n');
    await writeFile(inside('x.id'), '$Id$ $Format:%H$');
    await writeFile(inside('binary'), Buffer.from([0, 255, 13, 10, 10, 0]));
    await writeFile(inside('secret'), 's');
    await writeFile(inside('run.sh'), '#!/bin/sh\n');
    await chmod(inside('run.sh'), 0o755);
    await mkdir(inside('empty/inner'), { recursive: true });
    await mkdir(inside('full/node_modules'), { recursive: true });
    await writeFile(inside('full/node_modules/ünïcode "name".txt'), 'u');
    await symlink('../run.sh', inside('full/link'));
    const before = await walk(workspace.directory);
    const snapshot = await keep(workspace);
    const again = await openWorkspace(root, TASK, 2, snapshot);
    expect(await walk(again.directory)).toEqual(before);
    expect(await keep(again)).toEqual(snapshot);
  });

  test('of changed, removed and renamed files holds what is there now', async () => {
    await workspace.writeFile('a.txt', '1');
    await workspace.writeFile('b/c.txt', '2');
    await keep(workspace);
    await workspace.writeFile('a.txt', '3');
    await rm(inside('b'), { recursive: true });
    const again = await openWorkspace(root, TASK, 2, await keep(workspace));
    expect(await walk(again.directory)).toEqual([`a.txt - ${Buffer.from('3').toString('hex')}`]);
  });

  test('of nothing is an empty directory', async () => {
    const again = await openWorkspace(root, TASK, 2, await keep(workspace));
    expect(await walk(again.directory)).toEqual([]);
  });

  test('a .git inside the workspace and a special file are refused with their path', async () => {
    await mkdir(inside('sub/.GIT'), { recursive: true });
    await expect(keep(workspace)).rejects.toThrow('sub/.GIT: a workspace may not contain a .git of its own.');
    await rm(inside('sub'), { recursive: true });
    const socket: Server = createServer().listen(inside('socket'));
    await new Promise((resolve) => socket.once('listening', resolve));
    await expect(keep(workspace)).rejects.toThrow('socket: only files, directories and links can be kept.');
    socket.close();
  });

  test('a directory that is nested too deep to be read is refused', async () => {
    const deep = 'let n = 0; while (n++ < 40) { fs.mkdirSync("d".repeat(200)); process.chdir("d".repeat(200)); }';
    spawnSync(process.execPath, ['-e', deep], { cwd: workspace.directory });
    await expect(keep(workspace)).rejects.toThrow(WorkspaceFault);
    spawnSync('rm', ['-rf', workspace.directory]);
  });

  test('hooks and filters in the workspace are not run by our git', async () => {
    const witness = join(root, 'witness');
    await mkdir(inside('hooks'));
    for (const name of ['pre-commit', 'post-checkout', 'post-index-change']) {
      await writeFile(inside(`hooks/${name}`), `#!/bin/sh\ntouch "${witness}"\n`);
      await chmod(inside(`hooks/${name}`), 0o755);
    }
    await writeFile(inside('.gitattributes'), '* filter=evil\n');
    await writeFile(inside('.gitconfig'), `[filter "evil"]\nclean = touch "${witness}"\n[core]\nhooksPath = hooks\n`);
    const snapshot = await keep(workspace);
    await workspace.commit(snapshot, null, { message: 'x', trailers: {} });
    await openWorkspace(root, TASK, 2, snapshot);
    await expect(lstat(witness)).rejects.toThrow('ENOENT');
  });
});

describe('writing a file', () => {
  test.each([
    ['../outside', 'Invalid path'],
    ['/etc/passwd', 'Invalid path'],
    ['a b', 'Path contains invalid characters'],
    ['', 'Path cannot be empty'],
    ['.git/hooks/pre-commit', 'may not contain a .git'],
    ['x/.Git/config', 'may not contain a .git'],
  ])('%j is refused: %s', async (path, reason) => {
    await expect(workspace.writeFile(path, 'x')).rejects.toThrow(reason);
  });

  test('a link on the way or at the end is not followed', async () => {
    await symlink(root, inside('out'));
    await symlink(join(root, 'target'), inside('file'));
    await expect(workspace.writeFile('out/x', 'x')).rejects.toThrow('out is not a directory');
    await expect(workspace.writeFile('file', 'x')).rejects.toThrow('not a file');
    expect(await readdir(root)).toEqual([TASK]);
  });

  test('a directory that becomes a link in between is not followed', async () => {
    const outside = join(root, 'outside');
    await mkdir(outside);
    // A command that puts a link in the place of the directory, as often as it can.
    const swap = `const fs = require('node:fs'); process.chdir(${JSON.stringify(workspace.directory)});
      const move = (from, to) => { try { fs.renameSync(from, to); } catch {} };
      fs.symlinkSync(${JSON.stringify(outside)}, 'link'); console.log('here');
      for (let n = 0; ; n += 1) { move('d', 'aside' + n); move('link', 'd'); move('d', 'link'); }`;
    const swapping = spawn(process.execPath, ['-e', swap], { stdio: ['ignore', 'pipe', 'inherit'] });
    const ended = once(swapping, 'close');
    await once(swapping.stdout, 'data');
    let refused = 0;
    for (let n = 0; n < 1_500; n += 1) {
      await workspace.writeFile(`d/${n}`, 'x').catch((fault: unknown) => {
        expect(fault).toBeInstanceOf(WorkspaceFault);
        refused += 1;
      });
    }
    swapping.kill('SIGKILL');
    await ended;
    expect(await readdir(outside)).toEqual([]);
    expect(refused).toBeLessThan(1_500);
  });

  test.each([
    ['the workspace itself', './/.'],
    ['a name that is too long', 'x'.repeat(256)],
    ['a directory whose name is too long', `${'x'.repeat(256)}/y`],
  ])('%s is refused', async (_, path) => {
    await expect(workspace.writeFile(path, 'x')).rejects.toThrow(WorkspaceFault);
  });

  test('says whether the file was there before', async () => {
    expect([await workspace.writeFile('a/b', '1'), await workspace.writeFile('a/b', '2')]).toEqual([
      'created',
      'modified',
    ]);
  });
});

test('a worker that lost its lease writes into a directory that nobody reads', async () => {
  await workspace.writeFile('a', 'good');
  const snapshot = await keep(workspace);
  const next = await openWorkspace(root, TASK, 2, snapshot);
  await writeFile(join(root, TASK, 'late'), 'x');
  await expect(workspace.writeFile('a', 'late')).rejects.toThrow();
  expect(await readFile(join(next.directory, 'a'), 'utf8')).toBe('good');
});

describe('reading from a tree', () => {
  const read = async (path: string) => {
    const { tree } = await keep(workspace);
    return text((await readTreeFile(repositoryOf(root, TASK), tree, path)).open());
  };

  test('links are followed inside the workspace, and refused outside of it', async () => {
    await workspace.writeFile('dir/real.txt', 'real');
    await symlink('dir', inside('alias'));
    await symlink('alias/real.txt', inside('chain'));
    await symlink('../../../../etc/passwd', inside('up'));
    await symlink('/etc/passwd', inside('absolute'));
    await symlink('loop-b', inside('loop-a'));
    await symlink('loop-a', inside('loop-b'));
    expect(await read('chain')).toBe('real');
    expect(await read('alias/real.txt')).toBe('real');
    await expect(read('up')).rejects.toThrow('Invalid path');
    await expect(read('absolute')).rejects.toThrow('Invalid path');
    await expect(read('loop-a')).rejects.toThrow('File not found');
    await expect(read('dir')).rejects.toThrow('File not found');
    await expect(read('nothing')).rejects.toThrow('File not found');
  });

  test('the list has files, links, directories and empty directories by path', async () => {
    await workspace.writeFile('b/run.sh', 'x', true);
    await mkdir(inside('a/empty'), { recursive: true });
    await symlink('b', inside('c'));
    const files = await listFiles(repositoryOf(root, TASK), await keep(workspace));
    expect(files.map(({ path, type, size, mode }) => `${path} ${type} ${size} ${mode}`)).toEqual([
      'a directory 0 755',
      'a/empty directory 0 755',
      'b directory 0 755',
      'b/run.sh file 1 755',
      'c link 1 000',
    ]);
  });
});

describe('a streamed diff', () => {
  const diff = async (maxBytes: number) => {
    const after = await keep(workspace);
    return text(streamDiff(repositoryOf(root, TASK), null, after, maxBytes));
  };

  test('is the diff, also of files that are no text; a longer one ends with a mark after a whole line', async () => {
    await workspace.writeFile('.gitattributes', '* diff=leak binary\n');
    await workspace.writeFile('a.bin', `${'a line\0\n'.repeat(20_000)}`);
    const whole = await diff(10_000_000);
    expect(whole).toBe(await workspace.diff(null, await keep(workspace)));
    expect(whole).toContain('+a line\0\n');
    const cut = await diff(100_001);
    expect(cut.endsWith(`+a line\0\n${CUT_OFF}`)).toBe(true);
    expect(whole.startsWith(cut.slice(0, -CUT_OFF.length))).toBe(true);
    expect(Buffer.byteLength(cut)).toBeGreaterThan(90_000);
    expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(100_001 + Buffer.byteLength(CUT_OFF));
  });

  test('of states that git does not know fails', async () => {
    const unknown = { tree: '0123456789012345678901234567890123456789', empty_directories: [] };
    await expect(text(streamDiff(repositoryOf(root, TASK), null, unknown, 1_000))).rejects.toThrow('git diff-tree');
  });
});
