// Finds out whether this machine can run commands in a sandbox, by running one.
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Logger } from '@builder-ai/platform/logger';
import { newBubblewrap } from './bubblewrap.ts';
import type { Sandbox } from './sandbox.ts';
import { newUnsafeShell } from './unsafe-shell.ts';

const TRIAL_MS = 10_000;

/**
 * @param unsafe the user wants commands to be run without a sandbox where there is none
 * @returns null, with the reason in the log, where there is none: commands are refused then
 */
export async function findSandbox(logger: Logger, unsafe = false): Promise<Sandbox | null> {
  const sandbox = await tryBubblewrap(logger);
  if (sandbox || !unsafe) return sandbox;
  logger.warn('Commands of agents are run WITHOUT a sandbox, as UNSAFE_COMMANDS says: they can do whatever we can');
  return newUnsafeShell();
}

async function tryBubblewrap(logger: Logger): Promise<Sandbox | null> {
  const sandbox = newBubblewrap();
  const directory = await mkdtemp(join(tmpdir(), 'builder-sandbox-'));
  try {
    const options = { directory, signal: new AbortController().signal, timeoutMs: TRIAL_MS, maxOutputBytes: 2_000 };
    const { code, output } = await sandbox.run('echo it works > trial && cat trial', options);
    if (code === 0 && output === 'it works\n') return sandbox;
    logger.warn('There is no sandbox for commands of agents: bubblewrap does not work here', { code, output });
  } catch (error) {
    logger.warn('There is no sandbox for commands of agents: there is no bubblewrap', { error });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
  return null;
}
