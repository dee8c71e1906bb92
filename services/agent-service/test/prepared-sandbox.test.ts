// A sandbox that is made while nobody needs it yet. What a command cannot do in it is in sandbox.test.ts, with all the rest.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newBubblewrap } from '../src/sandbox/bubblewrap.ts';
import { openWorkspace } from '../src/workspace/workspace.ts';
import { describeInSandbox } from './in-sandbox.ts';

const BUBBLEWRAP = new URL('../src/sandbox/bubblewrap.ts', import.meta.url).href;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'prepared sandbox '));
});

// The sandbox of a command that has not come is still being made there.
afterEach(() => rm(directory, { recursive: true, force: true, maxRetries: 10 }));

const options = () => ({
  directory,
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  maxOutputBytes: 10_000,
});

describeInSandbox('a sandbox that is made ahead', () => {
  const runFirst = (command: string) => newBubblewrap().run(command, { ...options(), expectMore: true });

  test('has what was written into the workspace meanwhile, and may change it', async () => {
    await runFirst('mkdir d && echo 1 > d/theirs');
    await writeFile(join(directory, 'd', 'ours'), '2\n');
    await writeFile(join(directory, 'also-ours'), '3\n', { mode: 0o600 });
    const { output } = await runFirst('cat d/theirs d/ours also-ours && echo 4 >> d/ours && echo 5 >> also-ours');
    expect(output).toBe('1\n2\n3\n');
    expect(await readFile(join(directory, 'd', 'ours'), 'utf8')).toBe('2\n4\n');
    expect(await readFile(join(directory, 'also-ours'), 'utf8')).toBe('3\n5\n');
  });

  test('has nothing of the command before it but the workspace', async () => {
    await runFirst('echo secret > /tmp/left; echo secret > ~/left; cd /tmp; export LEFT=secret; sleep 600 &');
    const { output } = await runFirst('ls /tmp ~; pwd; echo "[$LEFT]"; ls /proc | grep -cE "^[0-9]+$"');
    // The shell's first process, the shell and what it pipes together.
    expect(output).toMatch(/^\/home\/agent:\n\n\/tmp:\n\/workspace\n\[\]\n[3-5]\n$/);
  });

  test('has an empty .git in the workspace, which is no part of it; with something in it it would be refused', async () => {
    const workspace = await openWorkspace(directory, 'task-1', 1, null);
    const inWorkspace = { ...options(), directory: workspace.directory, expectMore: true };
    await newBubblewrap().run('touch a', inWorkspace);
    expect((await readdir(workspace.directory)).sort()).toEqual(['.git', 'a']);
    const kept = await (await workspace.snapshot(null))();
    expect(kept.changes.map(({ path }) => path)).toEqual(['a']);
    expect((await newBubblewrap().run('touch .git/config', inWorkspace)).output).toContain('Read-only file system');
    await writeFile(join(workspace.directory, '.git', 'config'), 'x');
    await expect(workspace.snapshot(null)).rejects.toThrow('.git: a workspace may not contain a .git of its own.');
  });

  test('is not used for a directory that took the place of the one it was made for', async () => {
    await runFirst('true');
    // The sandbox of the next command is being made there: it may add its .git between the listing and the removal.
    await rm(directory, { recursive: true, maxRetries: 10 });
    await mkdir(directory);
    await runFirst('echo here > file');
    expect(await readFile(join(directory, 'file'), 'utf8')).toBe('here\n');
  });

  test('ends with us', async () => {
    const product = join(directory, 'product.mjs');
    await writeFile(
      product,
      `const { newBubblewrap } = await import(${JSON.stringify(BUBBLEWRAP)});
      const signal = new AbortController().signal;
      const options = { directory: ${JSON.stringify(directory)}, signal, timeoutMs: 60000, maxOutputBytes: 10 };
      await newBubblewrap().run('true', { ...options, expectMore: true });
      process.stdout.write('here');
      setInterval(() => {}, 1000);`,
    );
    const running = spawn(process.execPath, [product], { stdio: ['ignore', 'pipe', 'ignore'] });
    const ended = once(running, 'exit');
    await once(running.stdout, 'data');
    const children = spawnSync('pgrep', ['-P', String(running.pid)])
      .stdout.toString('utf8')
      .trim()
      .split('\n');
    expect(children).toHaveLength(1);
    running.kill('SIGKILL');
    await ended;
    await eventually(() => spawnSync('ps', ['-p', children[0] as string]).status !== 0);
  });
});
