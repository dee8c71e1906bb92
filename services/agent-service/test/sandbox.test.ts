// What a command cannot do. The sandbox is bubblewrap's: without it these tests say so and are skipped.
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, describe, expect, test } from '@jest/globals';
import { newBubblewrap } from '../src/sandbox/bubblewrap.ts';
import type { SandboxCommand } from '../src/sandbox/sandbox.ts';

const there = spawnSync('bwrap', ['--version']).status === 0;
const inSandbox = there ? describe : describe.skip;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox test '));
});

afterEach(() => rm(directory, { recursive: true, force: true }));

const run = (command: string, change: Partial<SandboxCommand> = {}) =>
  newBubblewrap().run(command, {
    directory,
    signal: new AbortController().signal,
    timeoutMs: 20_000,
    maxOutputBytes: 10_000,
    ...change,
  });

inSandbox('a command in the sandbox', () => {
  test('works in the workspace: what it leaves there stays, and its exit code is told', async () => {
    await writeFile(join(directory, 'before.txt'), 'host');
    const { code, output } = await run(
      'cat before.txt && echo sandbox >> before.txt && mkdir -p d && echo x > d/new; exit 3',
    );
    expect([code, output]).toEqual([3, 'host']);
    expect(await readFile(join(directory, 'before.txt'), 'utf8')).toBe('hostsandbox\n');
    expect((await readdir(directory)).sort()).toEqual(['before.txt', 'd']);
  });

  test('sees nothing of our environment, not even through the process that started it', async () => {
    process.env.A_SECRET_OF_THE_TEST = 'sk-secret';
    const { output } = await run('env; cat /proc/*/environ 2>/dev/null; ls /proc | grep -E "^[0-9]+$" | wc -l');
    delete process.env.A_SECRET_OF_THE_TEST;
    expect(output).not.toContain('sk-secret');
    expect(output).toContain('HOME=/home/agent');
  });

  test('has no network: neither this machine nor another', async () => {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { port } = server.address() as AddressInfo;
    const { code } = await run(`timeout 3 bash -c 'exec 3<>/dev/tcp/127.0.0.1/${port}'`);
    server.close();
    expect(code).not.toBe(0);
    expect((await run('ls /sys/class/net 2>/dev/null; cat /proc/net/route | wc -l')).output.trim()).toBe('1');
  });

  test('sees no homes and no other files, and writes nowhere else', async () => {
    const { output } = await run(
      'ls /root /home /work /var /tmp 2>&1; cat /etc/shadow 2>&1; for f in /usr/x /etc/x /x /bin/x; do echo x > $f; done; echo done',
    );
    expect(output).toMatch(/done\s*$/);
    expect(output).not.toMatch(/root:[^x]/);
    expect(output.match(/Read-only file system/g)?.length).toBeGreaterThanOrEqual(4);
  });

  test('makes no repository of its own where our git would look', async () => {
    const { output } = await run('mkdir -p .git/hooks; echo x > .git/config; ls -A .git | wc -l');
    expect(output).toContain('Read-only file system');
    expect(await readdir(directory)).toEqual([]);
  });

  test('that runs for ever is ended in time, with all it started', async () => {
    const { timedOut } = await run('sleep 7654 & sleep 7654', { timeoutMs: 300 });
    expect(timedOut).toBe(true);
    await eventually(() => spawnSync('pgrep', ['-f', 'sleep 7654']).status !== 0);
  });

  test('that prints without end is bounded', async () => {
    const { output, truncated } = await run('head -c 50000000 /dev/zero | tr "\\0" x', { maxOutputBytes: 1_000 });
    expect(truncated).toBe(true);
    expect(output.length).toBeLessThan(1_100);
    expect(output).toContain('49999000 bytes left out');
  });

  test('that forks without end comes to a limit, and takes no place from others', async () => {
    // Counted by the shell itself: nothing else could be started by then.
    const { output } = await run(
      '(n=0; while [ $n -lt 600 ]; do sleep 30 & n=$((n+1)); done) 2>/dev/null; set -- /proc/[0-9]*; echo $#',
    );
    expect(Number(output)).toBeGreaterThan(100);
    expect(Number(output)).toBeLessThan(300);
    expect((await run('echo fine')).output).toBe('fine\n');
  });

  test('has limits on memory, processor time, files and their size', async () => {
    const { output } = await run('ulimit -v; ulimit -t; ulimit -n; ulimit -f');
    expect(output.trim().split('\n')).toEqual(['4194304', '600', '1024', '2097152']);
  });

  test('ends when the product is killed', async () => {
    const script = `import { newBubblewrap } from ${JSON.stringify(new URL('../src/sandbox/bubblewrap.ts', import.meta.url).href)};
      const options = { directory: ${JSON.stringify(directory)}, signal: new AbortController().signal, timeoutMs: 60000, maxOutputBytes: 10 };
      newBubblewrap().run('sleep 8765', options);`;
    const parent = spawn(process.execPath, [
      '--input-type=module',
      '--disable-warning=ExperimentalWarning',
      '-e',
      script,
    ]);
    const isRunning = () => spawnSync('pgrep', ['-fx', 'sleep 8765']).status === 0;
    await eventually(isRunning);
    const ended = once(parent, 'exit');
    parent.kill('SIGKILL');
    await ended;
    await eventually(() => !isRunning());
  });

  test('that is aborted ends with the reason', async () => {
    const abort = new AbortController();
    const running = run('sleep 60', { signal: abort.signal });
    abort.abort(new Error('the service stops'));
    await expect(running).rejects.toThrow('the service stops');
  });
});
