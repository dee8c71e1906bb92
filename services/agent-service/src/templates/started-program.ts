// Starts programs of the workspace for a check, with nothing of our environment, and ends them.
import { type ChildProcess, spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type Ran = { code: number | null; output: string; errors: string };

const LIMIT_MS = 10_000;

/** Loaded into a server before its own code: when the check is killed, the pipe to it closes and the server ends as well. */
const END_WITH_CHECK = 'data:text/javascript,process.stdin.on("close",()=>process.exit()).resume().unref()';

/** Runs a program of the workspace to its end. */
export function runProgram(directory: string, args: string[], input = ''): Ran {
  const { status, stdout, stderr, error } = spawnSync(process.execPath, args, {
    cwd: directory,
    input,
    encoding: 'utf8',
    timeout: LIMIT_MS,
    env: { PATH: process.env.PATH },
  });
  if (error) throw error;
  return { code: status, output: stdout, errors: stderr };
}

/** What was wrong with a program's end, for a report. */
export function explained(what: string, { code, output, errors }: Ran): string {
  return code === 0 ? what : `${what}: exit ${code}\n${(errors || output).slice(-1_000)}`;
}

/** Starts a server of the workspace on a free port, with its data elsewhere, for as long as `use` takes. */
export async function withServer(
  directory: string,
  file: string,
  use: (url: string, dataDirectory: string) => Promise<void>,
): Promise<void> {
  const dataDirectory = mkdtempSync(join(tmpdir(), 'builder-check-'));
  try {
    await withServerOn(dataDirectory, directory, file, (url) => use(url, dataDirectory));
  } finally {
    rmSync(dataDirectory, { recursive: true, force: true });
  }
}

/** The same on data that is there already: what a restart finds. */
export async function withServerOn(
  dataDirectory: string,
  directory: string,
  file: string,
  use: (url: string) => Promise<void>,
): Promise<void> {
  const child = spawn(process.execPath, ['--import', END_WITH_CHECK, file], {
    cwd: directory,
    env: { PATH: process.env.PATH, PORT: '0', HOST: '127.0.0.1', DATA_DIR: dataDirectory },
    stdio: ['pipe', 'pipe', 'pipe'],
  });
  try {
    await use(await addressOf(child));
  } finally {
    const ended = child.exitCode ?? child.signalCode ?? new Promise((resolve) => child.once('exit', resolve));
    child.kill('SIGKILL');
    await ended;
  }
}

/** A server says where it listens in its first line. */
function addressOf(child: ChildProcess): Promise<string> {
  return new Promise((resolve, reject) => {
    let output = '';
    const timer = setTimeout(() => reject(new Error(`The server did not start: ${output}`)), LIMIT_MS);
    const read = (chunk: Buffer) => {
      output += chunk.toString('utf8');
      const url = output.match(/http:\/\/127\.0\.0\.1:\d+/)?.[0];
      if (!url) return;
      clearTimeout(timer);
      resolve(url);
    };
    child.stdout?.on('data', read);
    child.stderr?.on('data', read);
    child.on('exit', (code) => {
      clearTimeout(timer);
      reject(new Error(`The server ended with ${code}: ${output.slice(0, 1_000)}`));
    });
  });
}
