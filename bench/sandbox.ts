// A command that does nothing, in our sandbox (limits, no keys, no network) beside a shell without one: one that comes after
// a pause, in which its sandbox is made ahead as while a model answers, and one whose sandbox is made for it.
// Usage: npm run bench -- sandbox
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { silentLogger } from '@builder-ai/platform/logger';
import { findSandbox } from '../services/agent-service/src/sandbox/find-sandbox.ts';
import { compare, percentile, report, roundsOf } from './harness.ts';

const COMMANDS = 50;
const ROUNDS = 7;
const PAUSE_MS = 100;

export async function benchSandbox(): Promise<string> {
  const sandbox = await findSandbox(silentLogger);
  if (!sandbox) return 'There is no sandbox here.';
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const { signal } = new AbortController();
  const limits = { directory, signal, timeoutMs: 10_000, maxOutputBytes: 1_000 };
  const who = process.getuid?.() === 0 ? 'root' : 'a normal user';
  const beside = async (name: string, pauseMs: number, expectMore: boolean) => {
    const shell = () => once(spawn('/bin/sh', ['-c', 'true']), 'close');
    const inSandbox = () => sandbox.run('true', { ...limits, expectMore });
    const unit = 'ms a command (p50 of 50)';
    return report(
      await compare(
        { name: `${name}, as ${who}`, unit, round: () => p50(inSandbox, pauseMs) },
        { name: 'sh -c true', unit, round: () => p50(shell, pauseMs) },
        roundsOf(ROUNDS),
      ),
    );
  };
  try {
    const ahead = await beside(`in a sandbox, ${PAUSE_MS} ms after the command before it`, PAUSE_MS, true);
    return `${ahead}\n\n${await beside('in a sandbox that is made for it', 0, false)}`;
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

async function p50(run: () => Promise<unknown>, pauseMs: number): Promise<number> {
  const times: number[] = [];
  for (let n = 0; n < COMMANDS; n += 1) {
    if (pauseMs > 0) await delay(pauseMs);
    const start = performance.now();
    await run();
    times.push(performance.now() - start);
  }
  return percentile(times, 50);
}
