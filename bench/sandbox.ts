// A command that does nothing, in our sandbox (limits, no keys, no network), beside the same in bubblewrap as one would call it
// by hand, and beside a shell without one. Ours is made ahead, as while a model answers, or made for the command.
// Usage: npm run bench -- sandbox
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@builder-ai/platform/logger';
import { findSandbox } from '../services/agent-service/src/sandbox/find-sandbox.ts';
import { type Called, compareCalls, report, roundsOf } from './harness.ts';

const COMMANDS = 50;
const ROUNDS = 7;
const PAUSE_MS = 100;

const BARE = [
  ...['--unshare-all', '--die-with-parent', '--ro-bind', '/', '/', '--proc', '/proc', '--dev', '/dev'],
  ...['--tmpfs', '/tmp', '--', '/bin/sh', '-c', 'true'],
];

export async function benchSandbox(): Promise<string> {
  const sandbox = await findSandbox(silentLogger);
  if (!sandbox) return 'There is no sandbox here.';
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const { signal } = new AbortController();
  const limits = { directory, signal, timeoutMs: 10_000, maxOutputBytes: 1_000 };
  const who = process.getuid?.() === 0 ? 'root' : 'a normal user';
  const pause = () => delay(PAUSE_MS);
  const ours = (name: string, expectMore: boolean): Called => ({
    name: `${name}, as ${who}`,
    call: () => sandbox.run('true', { ...limits, expectMore }),
    before: pause,
  });
  const ahead = ours(`in a sandbox made ahead, ${PAUSE_MS} ms after the command before`, true);
  const made = ours('in a sandbox that is made for it', false);
  const bare: Called = { name: 'bwrap with ten options', call: () => started('/usr/bin/bwrap', BARE), before: pause };
  const shell: Called = { name: 'sh -c true', call: () => started('/bin/sh', ['-c', 'true']), before: pause };
  try {
    const parts: string[] = [];
    for (const [one, other] of [[ahead, bare] as const, [made, bare] as const, [ahead, shell] as const])
      parts.push(report(await compareCalls(one, other, roundsOf(ROUNDS), COMMANDS, 50)));
    return parts.join('\n\n');
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function started(program: string, args: string[]): Promise<void> {
  const [code] = await once(spawn(program, args, { env: {} }), 'close');
  if (code !== 0) throw new Error(`${program} ended with ${code}.`);
}
