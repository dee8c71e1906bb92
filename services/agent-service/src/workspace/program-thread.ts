// Runs programs to their end from a thread of its own. Starting a process copies the page tables of ours, which holds up
// the thread that does it for milliseconds: no run, request or heartbeat waits for that here.
import { spawn } from 'node:child_process';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

export type ProgramStart = { program: string; args: string[]; cwd: string; env: NodeJS.ProcessEnv; input: string };

/** `code` is null when it could not be started or was killed; `errors` then says why. */
export type ProgramEnd = { code: number | null; output: Uint8Array; errors: string };

const MAX_ERROR_LENGTH = 4_000;
const ROLE = 'program-thread';

type Order = ProgramStart & { no: number };
type Report = ProgramEnd & { no: number };

const waiting = new Map<number, (end: ProgramEnd) => void>();
let worker: Worker | undefined;
let lastNo = 0;

/** One thread starts the programs of the whole process; they run side by side. */
export function runProgram(start: ProgramStart): Promise<ProgramEnd> {
  worker ??= startThread();
  const thread = worker;
  lastNo += 1;
  const no = lastNo;
  return new Promise((resolve) => {
    waiting.set(no, resolve);
    // The process lives as long as somebody waits.
    thread.ref();
    thread.postMessage({ ...start, no } satisfies Order);
  });
}

function startThread(): Worker {
  const thread = new Worker(new URL(import.meta.url), { workerData: ROLE });
  thread.unref();
  thread.on('message', ({ no, ...end }: Report) => settle(thread, no, end));
  // Nobody knows what became of the programs; the next one gets a new thread.
  thread.on('error', ({ message }) => {
    if (worker === thread) worker = undefined;
    for (const no of waiting.keys()) settle(thread, no, { code: null, output: new Uint8Array(), errors: message });
  });
  return thread;
}

function settle(thread: Worker, no: number, end: ProgramEnd): void {
  const resolve = waiting.get(no);
  waiting.delete(no);
  if (waiting.size === 0) thread.unref();
  resolve?.(end);
}

function run({ program, args, cwd, env, input, no }: Order): void {
  const child = spawn(program, args, { cwd, env, stdio: ['pipe', 'pipe', 'pipe'] });
  const output: Buffer[] = [];
  let errors = '';
  const report = (code: number | null) => {
    const bytes = new Uint8Array(Buffer.concat(output));
    parentPort?.postMessage({ no, code, output: bytes, errors } satisfies Report, [bytes.buffer]);
  };
  child.stdout.on('data', (chunk: Buffer) => output.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => {
    if (errors.length < MAX_ERROR_LENGTH) errors += chunk.toString('utf8');
  });
  child.on('error', (error) => {
    errors = error.message;
    if (child.pid === undefined) report(null);
  });
  child.on('close', (code, signal) => {
    if (child.pid === undefined) return;
    if (signal) errors += ` It was ended by ${signal}.`;
    report(code);
  });
  child.stdin.on('error', () => {});
  child.stdin.end(input);
}

if (!isMainThread && workerData === ROLE) parentPort?.on('message', run);
