import { spawn } from 'node:child_process';

export type ProgramStart = { program: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv; input: string };

/** `code` is null when it was killed; `errors` then says by what. */
export type ProgramEnd = { code: number | null; output: Uint8Array; errors: string };

const MAX_ERROR_LENGTH = 4_000;

/**
 * Runs a program to its end.
 * @throws Error when it cannot be started
 */
export function runProgram({ program, args, cwd, env, input }: ProgramStart): Promise<ProgramEnd> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
    const output: Buffer[] = [];
    let errors = '';
    child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => {
      if (errors.length < MAX_ERROR_LENGTH) errors += chunk.toString('utf8');
    });
    child.on('error', reject);
    child.on('close', (code, signal) => {
      if (signal) errors += ` It was ended by ${signal}.`;
      resolve({ code, output: new Uint8Array(Buffer.concat(output)), errors });
    });
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
