// Runs a sandbox's process to its end, which comes by itself, by its limits, or by ours.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { StringDecoder } from 'node:string_decoder';
import { boundedOutput } from './bounded-output.ts';
import type { SandboxCommand, SandboxResult } from './sandbox.ts';

/** Reading what is thrown away costs us time as well: a command that prints more is ended. */
const MAX_PRINTED_BYTES = 64 * 1024 * 1024;

/** Nobody reads more of it as it comes. */
const MAX_SHOWN_BYTES = 256 * 1024;

/** What a sandbox prints before the command may begin. */
const READY = 'ready\n';

const MAX_COMPLAINT_LENGTH = 2_000;

export type SandboxProcess = Pick<SandboxCommand, 'timeoutMs' | 'maxOutputBytes'> & {
  argv: string[];
  /** What the process reads from its descriptors 3, 4 … */
  files: string[];
};

/** @throws the signal's reason; Error with the sandbox's own words when it never became ready */
export function runToEnd(
  start: SandboxProcess,
  signal: AbortSignal,
  onOutput: (text: string) => void = () => {},
): Promise<SandboxResult> {
  const { argv, files, timeoutMs, maxOutputBytes } = start;
  signal.throwIfAborted();
  const [program, ...args] = argv as [string, ...string[]];
  return new Promise((resolve, reject) => {
    // An empty environment: bubblewrap's own process could be seen from inside.
    const stdio: ['pipe', 'pipe', 'pipe', ...'pipe'[]] = ['pipe', 'pipe', 'pipe', ...files.map(() => 'pipe' as const)];
    const child = spawn(program, args, { env: {}, stdio, detached: true });
    const { stdin, stdout, stderr } = child as ChildProcessByStdio<Writable, Readable, Readable>;
    const output = boundedOutput(maxOutputBytes);
    const decoder = new StringDecoder('utf8');
    let complaint = '';
    let ended: SandboxResult['ended'] = null;
    const end = (reason: SandboxResult['ended']) => {
      ended ??= reason;
      endGroup(child);
    };
    for (const [index, content] of files.entries()) give(child.stdio[3 + index] as Writable, content);
    stdin.on('error', () => {});
    stdout.on('data', (chunk: Buffer) => {
      output.add(chunk);
      if (output.total() <= MAX_SHOWN_BYTES) onOutput(decoder.write(chunk));
      if (output.total() > MAX_PRINTED_BYTES) end('output');
    });
    stderr.on('data', (chunk: Buffer) => {
      complaint = (complaint + chunk.toString('utf8')).slice(0, MAX_COMPLAINT_LENGTH);
      if (complaint.endsWith(READY) && !stdin.writableEnded) stdin.end('go\n');
    });
    const timer = setTimeout(() => end('time'), timeoutMs);
    const abort = () => end(null);
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      else if (!complaint.includes(READY) && !ended)
        reject(new Error(`The sandbox did not start: ${complaint.trim()}`));
      else resolve({ code, output: output.text(), truncated: output.truncated(), ended });
    });
  });
}

/** Its standard input closes first: what has not begun by then never begins. */
function endGroup(child: ChildProcess): void {
  child.stdin?.destroy();
  try {
    process.kill(-(child.pid as number), 'SIGKILL');
  } catch {
    // The group has ended by itself.
  }
}

function give(stream: Writable, content: string): void {
  // A process that ends early reads nothing: its own words say why.
  stream.on('error', () => {});
  stream.end(content);
}
