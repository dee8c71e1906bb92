// Runs a program that checks something.
import { spawn } from 'node:child_process';

export type Outcome = { code: number; output: string };

/** @returns its exit code, and all that it printed */
export function runTool(program: string, args: string[], cwd: string, input = ''): Promise<Outcome> {
  return new Promise((resolve, reject) => {
    const child = spawn(program, args, { cwd, stdio: ['pipe', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('error', reject);
    child.on('close', (code) => resolve({ code: code ?? 1, output }));
    // Who does not read all of it has said enough.
    child.stdin.on('error', () => {});
    child.stdin.end(input);
  });
}
