// The command line as a user has it: the program itself, with a home of its own, and no terminal unless `script` gives one.
import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../cli/bin/builder.mjs', import.meta.url));

export type Ended = { code: number | null; out: string; err: string };

export type RunOptions = {
  env: Record<string, string>;
  stdin?: string;
  cwd?: string;
  /** Told what comes; may end the program by the signal that is given. */
  onOutput?: (out: string, end: (signal: NodeJS.Signals) => void) => void;
};

export function builder(args: string[], { env, stdin = '', cwd, onOutput }: RunOptions): Promise<Ended> {
  return new Promise((resolve, reject) => {
    const { PATH = '' } = process.env;
    const child = spawn(process.execPath, [BIN, ...args], {
      cwd,
      env: { PATH, ...env },
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let out = '';
    let err = '';
    child.stdout.on('data', (chunk: Buffer) => {
      out += chunk.toString('utf8');
      onOutput?.(out, (signal) => child.kill(signal));
    });
    child.stderr.on('data', (chunk: Buffer) => {
      err += chunk.toString('utf8');
    });
    child.once('error', reject);
    child.once('close', (code) => resolve({ code, out, err }));
    child.stdin.on('error', () => {});
    child.stdin.end(stdin);
  });
}
