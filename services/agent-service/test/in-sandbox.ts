// Tests of commands need a sandbox that works: without one they are skipped, and say so in their name.
import { silentLogger } from '@builder-ai/platform/logger';
import { describe } from '@jest/globals';
import { findSandbox } from '../src/sandbox/find-sandbox.ts';

const sandbox = await findSandbox(silentLogger);

export function describeInSandbox(name: string, tests: () => void): void {
  const declare = sandbox ? describe : describe.skip;
  declare(sandbox ? name : `${name} (bubblewrap is not there, or does not work here)`, tests);
}
