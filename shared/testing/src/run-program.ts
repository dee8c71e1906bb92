// Runs one of our own programs to its end, as npm's scripts do.
import { spawn } from 'node:child_process';
import { once } from 'node:events';

export type ProgramEnd = { code: number; said: string };

/** @returns its exit code, and what it said on both of its outputs */
export async function runProgram(file: string, args: readonly string[], env: NodeJS.ProcessEnv): Promise<ProgramEnd> {
  const child = spawn(process.execPath, ['--disable-warning=ExperimentalWarning', file, ...args], {
    env,
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  let said = '';
  for (const stream of [child.stdout, child.stderr])
    stream.on('data', (chunk: Buffer) => {
      said += chunk.toString('utf8');
    });
  const [code] = (await once(child, 'close')) as [number];
  return { code, said };
}
