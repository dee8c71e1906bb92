// What a command cannot do. The sandbox is bubblewrap's: without it these tests say so and are skipped.
import { spawn, spawnSync } from 'node:child_process';
import { randomInt } from 'node:crypto';
import { once } from 'node:events';
import { mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import type { AddressInfo } from 'node:net';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@builder-ai/platform/logger';
import { eventually } from '@builder-ai/testing/eventually';
import { afterEach, beforeEach, expect, test } from '@jest/globals';
import { newBubblewrap } from '../src/sandbox/bubblewrap.ts';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';
import type { SandboxCommand } from '../src/sandbox/sandbox.ts';
import { removeTree } from '../src/workspace/remove-tree.ts';
import { describeInSandbox } from './in-sandbox.ts';

/** Like no other process on this machine, whatever an earlier test left running. */
const NAP = `sleep ${randomInt(10_000, 1_000_000_000)}`;

const BUBBLEWRAP = new URL('../src/sandbox/bubblewrap.ts', import.meta.url).href;

let directory: string;

beforeEach(async () => {
  directory = await mkdtemp(join(tmpdir(), 'sandbox test '));
});

afterEach(() => removeTree(directory));

const options = () => ({
  directory,
  signal: new AbortController().signal,
  timeoutMs: 20_000,
  maxOutputBytes: 10_000,
});

// Each holds for a sandbox that is made for its command, and for one that another command left prepared.
describeInSandbox('a command in the sandbox', () => tryEverything(false));
describeInSandbox('a command in a sandbox that was made ahead', () => tryEverything(true));

function tryEverything(ahead: boolean): void {
  const run = async (command: string, change: Partial<SandboxCommand> = {}) => {
    const sandbox = newBubblewrap();
    if (ahead) await sandbox.run('true', { ...options(), expectMore: true });
    return sandbox.run(command, { ...options(), ...change });
  };

  test('works in the workspace: what it leaves there stays, and its exit code is told', async () => {
    await writeFile(join(directory, 'before.txt'), 'host');
    const { code, output } = await run(
      'cat before.txt && echo sandbox >> before.txt && mkdir -p d && echo x > d/new; exit 3',
    );
    expect([code, output]).toEqual([3, 'host']);
    expect(await readFile(join(directory, 'before.txt'), 'utf8')).toBe('hostsandbox\n');
    // What a sandbox was mounted on goes when its last process has ended.
    await eventually(async () => (await readdir(directory)).sort().join() === 'before.txt,d');
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
    const { code, ended, output } = await run(`echo begun; ${NAP} & ${NAP}`, { timeoutMs: 1_000 });
    expect({ code, ended, output }).toEqual({ code: null, ended: 'time', output: 'begun\n' });
    expect(spawnSync('pgrep', ['-f', NAP]).status).not.toBe(0);
  });

  test('takes what it left running with it: nothing is written when it has ended', async () => {
    const loops = 'for n in 1 2 3 4 5 6 7 8; do (while :; do echo x >> log; done) > /dev/null 2>&1 & done';
    const { code } = await run(`${loops}; until [ -s log ]; do :; done; exit 4`);
    const size = async () => (await stat(join(directory, 'log'))).size;
    const atEnd = await size();
    expect(code).toBe(4);
    expect((await run('cat log | wc -c')).output.trim()).toBe(String(atEnd));
    expect(await size()).toBe(atEnd);
  });

  test('that prints without end is bounded', async () => {
    const { output, truncated } = await run('head -c 50000000 /dev/zero | tr "\\0" x', { maxOutputBytes: 1_000 });
    expect(truncated).toBe(true);
    expect(output.length).toBeLessThan(1_100);
    expect(output).toContain('49999000 bytes left out');
    const { ended, output: kept } = await run('echo begun; yes', { maxOutputBytes: 1_000 });
    expect(ended).toBe('output');
    expect(kept).toMatch(/^begun\ny\n/);
  });

  test('is told what it printed in the order in which it printed it', async () => {
    const { output } = await run('for n in 1 2 3 4 5 6 7 8 9; do echo out $n; echo err $n >&2; done');
    expect(output).toBe([1, 2, 3, 4, 5, 6, 7, 8, 9].map((n) => `out ${n}\nerr ${n}\n`).join(''));
  });

  test('that forks without end comes to a limit, and takes no place from others', async () => {
    // Counted without starting anything: nothing can be started by then.
    const { output } = await run(
      "sh -c 'n=0; while [ $n -lt 1200 ]; do sleep 30 & n=$((n+1)); done' 2>/dev/null; set -- /proc/[0-9]*; echo $#",
    );
    expect(Number(output)).toBeGreaterThan(300);
    expect(Number(output)).toBeLessThan(600);
    expect((await run('echo fine')).output).toBe('fine\n');
  });

  test('has limits on memory, processor time, files and their size', async () => {
    const { output } = await run('ulimit -d; ulimit -t; ulimit -n; ulimit -f; ulimit -c');
    expect(output.trim().split('\n')).toEqual(['4194304', '600', '4096', '1048576', '0']);
    const { code } = await run(`node -e 'Buffer.alloc(2 ** 32 - 1); Buffer.alloc(2 ** 31)'`);
    expect(code).not.toBe(0);
  });

  test.each(['/dev/shm', '/tmp', '/home/agent'])('cannot fill our memory through %s', async (place) => {
    const { output } = await run(`head -c 300000000 /dev/zero > ${place}/big; echo $?; stat -c %s ${place}/big`);
    const [, size] = output.trim().split('\n').slice(-2);
    expect(output).toContain('No space left on device');
    expect(Number(size)).toBeLessThanOrEqual(256 * 1024 * 1024);
  });

  test('is somebody, has Node, and talks to itself', async () => {
    const program = `const server = require('node:http').createServer((request, response) => response.end('heard'));
      server.listen(0, 'localhost', async () => {
        const answer = await fetch('http://localhost:' + server.address().port);
        console.log(process.version, require('node:os').userInfo().username, await answer.text());
        server.close();
      });`;
    await writeFile(join(directory, 'server.cjs'), program);
    const { output } = await run('node server.cjs && whoami && [[ -d /proc/self ]]');
    expect(output).toBe(`${process.version} agent heard\nagent\n`);
  });

  test('ends when the product is killed, at whatever moment', async () => {
    const product = join(directory, 'product.mjs');
    await writeFile(
      product,
      `const { newBubblewrap } = await import(${JSON.stringify(BUBBLEWRAP)});
      const signal = new AbortController().signal;
      const options = { directory: ${JSON.stringify(directory)}, signal, timeoutMs: 60000, maxOutputBytes: 10 };
      if (${ahead}) await newBubblewrap().run('true', { ...options, expectMore: true });
      process.stdout.write('here');
      await newBubblewrap().run('${NAP}', options);`,
    );
    const kill = async (moment: () => Promise<unknown>) => {
      const running = spawn(process.execPath, [product], { stdio: ['ignore', 'pipe', 'ignore'] });
      const ended = once(running, 'exit');
      await once(running.stdout, 'data');
      await moment();
      running.kill('SIGKILL');
      // Had it ended by itself, nothing would be tested here.
      expect(await ended).toEqual([null, 'SIGKILL']);
    };
    const isThere = (...how: string[]) => spawnSync('pgrep', [...how, NAP]).status === 0;
    // Before the sandbox is there, while it is made, and when the command runs.
    for (let n = 0; n < 8; n += 1) await kill(() => delay(n * (ahead ? 4 : 16)));
    await kill(() => eventually(() => isThere('-f', '-x')));
    await eventually(() => !isThere('-f'));
  }, 60_000);

  test('that cannot be made says why, and a machine without one has none', async () => {
    await rm(directory, { recursive: true });
    await expect(run('true')).rejects.toThrow('ENOENT');
    expect(await readdir(tmpdir())).not.toContain(basename(directory));
    expect((await findSandbox(silentLogger))?.name).toBe('bubblewrap');
  });

  test('that is aborted ends with the reason, with all it started', async () => {
    const abort = new AbortController();
    const onOutput = () => abort.abort(new Error('the service stops'));
    await expect(run(`echo begun; ${NAP}`, { signal: abort.signal, onOutput })).rejects.toThrow('the service stops');
    expect(spawnSync('pgrep', ['-f', NAP]).status).not.toBe(0);
    expect(await readdir(directory)).toEqual([]);
  });
}
