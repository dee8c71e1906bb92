// A sandbox that is made while nobody needs it yet. What a command cannot do in it is in sandbox.test.ts, with all the rest.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdir, mkdtemp, readdir, readFile, rm, rmdir, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newBubblewrap } from '../src/sandbox/bubblewrap.ts';
import { expectCommand, takeExpected } from '../src/sandbox/prepared-sandboxes.ts';
import { AWAIT_COMMAND } from '../src/sandbox/started-sandbox.ts';
import { openWorkspace } from './given-workspace.ts';
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

describe('a command that is expected', () => {
  // What is waited for is all that matters here: a shell is made in less time than a sandbox.
  const shell = (letGo: () => void, gapMs: number) =>
    expectCommand(directory, { argv: ['/bin/sh', '-c', AWAIT_COMMAND], files: [] }, gapMs, letGo);

  test('has its sandbox at once where the one before it came soon', async () => {
    let held = true;
    shell(() => {
      held = false;
    }, 0);
    const { sandbox } = takeExpected(directory);
    expect(held).toBe(false);
    await sandbox?.ready;
    expect(sandbox?.isReady()).toBe(true);
    sandbox?.end();
    expect(takeExpected(directory)).toEqual({ gapMs: 0 });
  });

  test('has none yet where the one before it took its time, and none is made when it has come', async () => {
    let letGo = 0;
    shell(() => {
      letGo += 1;
    }, 1_000);
    const { gapMs, sandbox } = takeExpected(directory);
    expect([gapMs > 0, sandbox, letGo]).toEqual([true, undefined, 1]);
    await delay(100);
    expect([takeExpected(directory), letGo]).toEqual([{ gapMs: 0 }, 1]);
  });

  test('has one a little later, without being asked for again', async () => {
    let held = true;
    shell(() => {
      held = false;
    }, 1_000);
    expect(held).toBe(true);
    await eventually(() => !held);
    const { sandbox } = takeExpected(directory);
    await sandbox?.ready;
    expect(sandbox?.isReady()).toBe(true);
    sandbox?.end();
  });
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
    // The first's own may still be there, and the next one is made when the first's end has been told.
    let children: string[] = [];
    await eventually(() => {
      children = spawnSync('pgrep', ['-P', String(running.pid)])
        .stdout.toString('utf8')
        .split('\n')
        .filter(Boolean);
      return children.length === 1;
    });
    running.kill('SIGKILL');
    await ended;
    await eventually(() => spawnSync('ps', ['-p', children[0] as string]).status !== 0);
  });
});

test('a workspace is looked at while an empty .git, on which a sandbox was, comes and goes', async () => {
  const workspace = await openWorkspace(directory, 'task-1', 1, null);
  const inside = (path: string) => join(workspace.directory, path);
  await writeFile(inside('a'), 'a');
  const expected = (await (await workspace.snapshot(null))()).snapshot;
  let looking = true;
  const comesAndGoes = (async () => {
    while (looking) {
      await mkdir(inside('.git'));
      await rmdir(inside('.git'));
    }
  })();
  for (let looks = 0; looks < 300; looks += 1) await workspace.snapshot(expected);
  looking = false;
  await comesAndGoes;
  expect((await (await workspace.snapshot(expected))()).snapshot).toEqual(expected);
});
