// A command that does nothing, in our sandbox (limits, no keys, no network) beside a shell without one.
// Usage: npm run bench -- sandbox
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { silentLogger } from '@builder-ai/platform/logger';
import { findSandbox } from '../services/agent-service/src/sandbox/find-sandbox.ts';
import { compare, percentile, report } from './harness.ts';

const COMMANDS = 50;
const ROUNDS = 7;

export async function benchSandbox(): Promise<string> {
  const sandbox = await findSandbox(silentLogger);
  if (!sandbox) return 'There is no sandbox here.';
  const directory = await mkdtemp(join(tmpdir(), 'builder-bench-'));
  const { signal } = new AbortController();
  const limits = { directory, signal, timeoutMs: 10_000, maxOutputBytes: 1_000 };
  const p50 = async (run: () => Promise<unknown>) => {
    const times: number[] = [];
    for (let n = 0; n < COMMANDS; n += 1) {
      const start = performance.now();
      await run();
      times.push(performance.now() - start);
    }
    return percentile(times, 50);
  };
  const unit = 'ms a command (p50 of 50)';
  try {
    const who = process.getuid?.() === 0 ? 'root' : 'a normal user';
    return report(
      await compare(
        { name: `in the sandbox, as ${who}`, unit, round: () => p50(() => sandbox.run('true', limits)) },
        { name: 'sh -c true', unit, round: () => p50(() => once(spawn('/bin/sh', ['-c', 'true']), 'close')) },
        ROUNDS,
      ),
    );
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
