// Runs a command in a sandbox to its end, which comes by itself, by its limits, or by ours.
import { StringDecoder } from 'node:string_decoder';
import { boundedOutput } from './bounded-output.ts';
import { giveFile, giveFiles } from './give-files.ts';
import { expectCommand, takeExpected } from './prepared-sandboxes.ts';
import type { SandboxCommand, SandboxResult } from './sandbox.ts';
import { type SandboxStart, type StartedSandbox, startSandbox } from './started-sandbox.ts';

/** Reading what is thrown away costs us time as well: a command that prints more is ended. */
const MAX_PRINTED_BYTES = 64 * 1024 * 1024;

/** Nobody reads more of it as it comes. */
const MAX_SHOWN_BYTES = 256 * 1024;

export type SandboxRun = Pick<SandboxCommand, 'directory' | 'timeoutMs' | 'maxOutputBytes' | 'expectMore'> & {
  command: string;
  start: SandboxStart;
  /** The user that the workspace's files are given to. */
  owner?: number;
};

/** The command has not begun. */
class NotStarted extends Error {
  constructor(complaint: string) {
    super(`The sandbox did not start: ${complaint}`);
  }
}

/** @throws the signal's reason; Error with the sandbox's own words when it never became ready */
export async function runToEnd(
  run: SandboxRun,
  signal: AbortSignal,
  onOutput: (text: string) => void = () => {},
): Promise<SandboxResult> {
  const { directory, start, owner, expectMore = false } = run;
  signal.throwIfAborted();
  // It has to be able to go there; the files in it are given when it is there.
  if (owner !== undefined) giveFile(directory, owner);
  const { gapMs, sandbox: ahead } = takeExpected(directory);
  const runWith = async (sandbox: StartedSandbox) => {
    try {
      return await runIn(sandbox, run, signal, onOutput);
    } finally {
      const expects = expectMore && !signal.aborted && sandbox.isReady();
      // After whoever waits has been told: starting a process takes milliseconds, and more in a large one like ours.
      if (expects) setImmediate(() => expectCommand(directory, start, gapMs, sandbox.letGo));
      else sandbox.letGo();
    }
  };
  if (!ahead) return runWith(startSandbox(start));
  try {
    return await runWith(ahead);
  } catch (error) {
    // Something may have been in its way that is there no more.
    if (!(error instanceof NotStarted)) throw error;
    return runWith(startSandbox(start));
  }
}

function runIn(
  sandbox: StartedSandbox,
  { command, directory, owner, timeoutMs, maxOutputBytes }: SandboxRun,
  signal: AbortSignal,
  onOutput: (text: string) => void,
): Promise<SandboxResult> {
  const { child } = sandbox;
  return new Promise((resolve, reject) => {
    const output = boundedOutput(maxOutputBytes);
    const decoder = new StringDecoder('utf8');
    let ended: SandboxResult['ended'] = null;
    let fault: unknown;
    const end = (reason: SandboxResult['ended']) => {
      ended ??= reason;
      sandbox.end();
    };
    const begin = () => {
      try {
        if (owner !== undefined) giveFiles(directory, owner);
        sandbox.begin(command);
      } catch (error) {
        fault = error;
        sandbox.end();
      }
    };
    child.stdout.on('data', (chunk: Buffer) => {
      output.add(chunk);
      if (output.total() <= MAX_SHOWN_BYTES) onOutput(decoder.write(chunk));
      if (output.total() > MAX_PRINTED_BYTES) end('output');
    });
    const timer = setTimeout(() => end('time'), timeoutMs);
    const abort = () => end(null);
    signal.addEventListener('abort', abort, { once: true });
    child.on('error', reject);
    child.on('close', (code) => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
      if (signal.aborted) reject(signal.reason);
      else if (fault) reject(fault);
      else if (!sandbox.isReady() && !ended) reject(new NotStarted(sandbox.complaint()));
      else resolve({ code, output: output.text(), truncated: output.truncated(), ended });
    });
    if (sandbox.isReady()) begin();
    else void sandbox.ready.then(begin);
  });
}
