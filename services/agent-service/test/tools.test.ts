// The tools that agents read and edit files with, on a real workspace.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { chmod, mkdir, mkdtemp, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import type { ToolContext } from '../src/tools/define-tool.ts';
import { tools } from '../src/tools/index.ts';
import type { Workspace } from '../src/workspace/workspace.ts';
import { openWorkspace } from './given-workspace.ts';

let root: string;
let workspace: Workspace;
let context: ToolContext;
const inside = (path: string) => join(workspace.directory, path);

beforeEach(async () => {
  root = await mkdtemp(join(tmpdir(), 'builder tools '));
  workspace = await openWorkspace(root, 'task-1', 1, null);
  context = { workspace, signal: new AbortController().signal, sandbox: null };
});

afterEach(() => rm(root, { recursive: true, force: true }));

function call(name: string, input: unknown) {
  const tool = tools.find(({ spec }) => spec.name === name);
  if (!tool) throw new Error(`There is no tool ${name}.`);
  return tool.call(input, context);
}

/** A workspace of a few files, and secrets around it. */
async function givenFiles(): Promise<void> {
  await mkdir(inside('src/empty'), { recursive: true });
  await mkdir(inside('node_modules/thing'), { recursive: true });
  await writeFile(inside('src/a.js'), 'const one = 1;\nconst two = 2;\nconsole.log(one + two);\n');
  await writeFile(inside('src/b.txt'), 'one\r\ntwo\r\n');
  await writeFile(inside('node_modules/thing/index.js'), 'const one = 1;\n');
  await writeFile(inside('image.bin'), Buffer.from([1, 0, 255]));
  await symlink('src/a.js', inside('link.js'));
  await symlink('src', inside('folder'));
  await writeFile(join(root, 'secret.txt'), 'one secret\n');
  await mkdir(join(root, 'secrets'));
  await writeFile(join(root, 'secrets/key.txt'), 'one secret\n');
  await symlink(join(root, 'secret.txt'), inside('out.txt'));
  await symlink(join(root, 'secrets'), inside('out'));
  await symlink('../../../secret.txt', inside('up.txt'));
  await symlink('../..', inside('src/up'));
  await symlink('loop', inside('loop'));
}

describe('read_file', () => {
  test('gives the text as it is, or some of its lines', async () => {
    await givenFiles();
    expect(await call('read_file', { path: 'src/b.txt' })).toEqual({ ok: true, output: 'one\r\ntwo\r\n' });
    expect((await call('read_file', { path: 'src/a.js', from_line: 2, line_count: 1 })).output).toBe('const two = 2;');
    expect((await call('read_file', { path: 'src/a.js', from_line: 3 })).output).toBe('console.log(one + two);\n');
    expect(await call('read_file', { path: 'src/a.js', from_line: 9 })).toMatchObject({ ok: false });
  });

  test('follows links that stay in the workspace', async () => {
    await givenFiles();
    expect((await call('read_file', { path: 'link.js' })).output).toContain('const one');
    expect((await call('read_file', { path: 'folder/b.txt' })).output).toContain('two');
  });

  test.each([
    ['out.txt', 'leads out of the workspace'],
    ['out/key.txt', 'leads out of the workspace'],
    ['up.txt', 'leads out of the workspace'],
    ['src/up/secret.txt', 'leads out of the workspace'],
    ['loop', 'circle'],
    ['../secret.txt', 'Invalid path'],
    ['/etc/passwd', 'Invalid path'],
    ['nothing.txt', 'no such file'],
    ['link.js/x', 'no such file'],
    ['src', 'not a file'],
    ['image.bin', 'not a text file'],
  ])('refuses %s: %s', async (path, reason) => {
    await givenFiles();
    const { ok, output } = await call('read_file', { path });
    expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining(reason) });
    expect(output).not.toContain('one secret');
  });

  test('is not led out by a directory that becomes a link meanwhile', async () => {
    await givenFiles();
    await mkdir(inside('swap'));
    await writeFile(inside('swap/key.txt'), 'mine');
    const script = `import { renameSync } from 'node:fs';
      process.chdir(${JSON.stringify(workspace.directory)});
      for (;;) { renameSync('swap', 'kept'); renameSync('out', 'swap'); renameSync('swap', 'out'); renameSync('kept', 'swap'); }`;
    const swapping = spawn(process.execPath, ['--input-type=module', '-e', script], { stdio: 'ignore' });
    try {
      const seen = new Set<string>();
      await eventually(async () => {
        for (let n = 0; n < 300; n += 1) seen.add((await call('read_file', { path: 'swap/key.txt' })).output);
        return seen.has('mine') && [...seen].some((output) => output.includes('leads out of the workspace'));
      });
      expect([...seen].join()).not.toContain('secret\n');
    } finally {
      const ended = once(swapping, 'exit');
      swapping.kill('SIGKILL');
      await ended;
    }
  });

  test('does not wait at a pipe that nobody writes to', async () => {
    spawnSync('mkfifo', [inside('pipe')]);
    expect((await call('read_file', { path: 'pipe' })).output).toContain('not a file');
  });

  test('of a file that others may not read says so, where we are not root', async () => {
    await writeFile(inside('locked.txt'), 'x');
    await chmod(inside('locked.txt'), 0);
    const { ok } = await call('read_file', { path: 'locked.txt' });
    expect(ok).toBe(process.getuid?.() === 0);
  });
});

describe('edit_file', () => {
  test('replaces a text that is there once, and keeps the rest byte for byte', async () => {
    await givenFiles();
    await chmod(inside('src/b.txt'), 0o755);
    const edited = await call('edit_file', { path: 'src/b.txt', old_text: 'two', new_text: '$& $1 ü' });
    expect(edited).toMatchObject({ ok: true, changes: [{ path: 'src/b.txt', change: 'modified', size: 15 }] });
    expect(await readFile(inside('src/b.txt'), 'utf8')).toBe('one\r\n$& $1 ü\r\n');
    expect((await stat(inside('src/b.txt'))).mode & 0o111).not.toBe(0);
  });

  test('refuses a text that is there more than once, unless all of them are meant', async () => {
    await givenFiles();
    const change = { path: 'src/a.js', old_text: 'const', new_text: 'let' };
    expect((await call('edit_file', change)).output).toContain('occurs 2 times');
    expect(await readFile(inside('src/a.js'), 'utf8')).not.toContain('let');
    expect((await call('edit_file', { ...change, all: true })).ok).toBe(true);
    expect(await readFile(inside('src/a.js'), 'utf8')).toMatch(/^let one.*\nlet two/);
  });

  test('says what is different about a text that is not there', async () => {
    await givenFiles();
    const edit = async (path: string, old_text: string) =>
      (await call('edit_file', { path, old_text, new_text: '' })).output;
    expect(await edit('src/b.txt', 'one\ntwo')).toContain('line ends of Windows');
    expect(await edit('src/a.js', 'const  one =\n1;')).toContain('other spaces');
    expect(await edit('src/a.js', 'nowhere')).toMatch(/does not occur in it\.$/);
  });

  test.each(['out.txt', 'out/key.txt', 'link.js', 'src/up/secret.txt'])(
    'does not write through the link %s',
    async (path) => {
      await givenFiles();
      expect((await call('edit_file', { path, old_text: 'one', new_text: 'changed' })).ok).toBe(false);
      expect(await readFile(join(root, 'secret.txt'), 'utf8')).toBe('one secret\n');
      expect(await readFile(join(root, 'secrets/key.txt'), 'utf8')).toBe('one secret\n');
      expect(await readFile(inside('src/a.js'), 'utf8')).toContain('one');
    },
  );
});

describe('list_files', () => {
  test('names everything once, follows no link, and leaves out what is in node_modules', async () => {
    await givenFiles();
    expect((await call('list_files', {})).output.split('\n')).toEqual([
      'folder -> src',
      'image.bin (3 bytes)',
      'link.js -> src/a.js',
      'loop -> loop',
      'node_modules/',
      `out -> ${join(root, 'secrets')}`,
      `out.txt -> ${join(root, 'secret.txt')}`,
      'src/',
      'src/a.js (54 bytes)',
      'src/b.txt (10 bytes)',
      'src/empty/',
      'src/up -> ../..',
      'up.txt -> ../../../secret.txt',
    ]);
    expect((await call('list_files', { path: 'node_modules' })).output).toContain('node_modules/thing/index.js');
    expect((await call('list_files', { path: './src/' })).output).toContain('src/a.js (54 bytes)');
  });

  test('of nothing says so; of no directory, or one outside, is refused', async () => {
    expect((await call('list_files', {})).output).toBe('There is nothing.');
    await givenFiles();
    expect((await call('list_files', { path: 'src/a.js' })).output).toContain('not a directory');
    expect((await call('list_files', { path: 'out' })).output).toContain('leads out of the workspace');
    expect((await call('list_files', { path: 'src/up' })).output).toContain('leads out of the workspace');
  });

  test('has an end', async () => {
    await Promise.all(Array.from({ length: 1_100 }, (_, n) => writeFile(inside(`${n}.txt`), '')));
    const { output } = await call('list_files', {});
    expect(output.split('\n')).toHaveLength(1_001);
    expect(output).toContain('more than 1000 entries');
  });
});

describe('search', () => {
  test('finds lines with a text, by file and line, in the workspace only', async () => {
    await givenFiles();
    const { output } = await call('search', { query: 'one' });
    expect(output.split('\n')).toEqual([
      'src/a.js:1: const one = 1;',
      'src/a.js:3: console.log(one + two);',
      'src/b.txt:1: one',
      '3 lines in 2 files.',
    ]);
    expect((await call('search', { query: 'o(', path: 'src' })).output).toBe('Nothing was found.');
    expect((await call('search', { query: '^const \\w+ = \\d', regex: true })).output).toContain('2 lines in 1 files.');
  });

  test('of what cannot be searched, or is outside, says why', async () => {
    await givenFiles();
    expect((await call('search', { query: '(', regex: true })).output).toContain('not a regular expression');
    expect((await call('search', { query: 'one', path: 'out' })).output).toContain('leads out of the workspace');
    expect((await call('search', { query: 'one', path: 'nowhere' })).output).toContain('no such file or directory');
  });

  test('has an end, in lines found', async () => {
    await writeFile(inside('many.txt'), 'one\n'.repeat(1_000));
    const { output } = await call('search', { query: 'one' });
    expect(output.split('\n')).toHaveLength(201);
    expect(output).toContain('there is more');
  });

  test('with an expression that takes for ever is ended, and holds nobody up', async () => {
    await writeFile(inside('evil.txt'), `${'a'.repeat(60)}b\n`);
    const abort = new AbortController();
    context = { ...context, signal: abort.signal };
    const searching = call('search', { query: '^(a+)+$', regex: true });
    expect((await call('search', { query: 'nothing' })).output).toBe('Nothing was found.');
    abort.abort(new Error('the service stops'));
    await expect(searching).rejects.toThrow('the service stops');
  });
});

test('run_command without a sandbox is refused, in words to go on with', async () => {
  const { ok, output } = await call('run_command', { command: 'touch x' });
  expect({ ok, output }).toEqual({ ok: false, output: expect.stringContaining('no sandbox') });
});
