// A sandbox that is being made, or is there and waits for its command: what it is told, and how it is ended.
import { type ChildProcess, type ChildProcessByStdio, spawn } from 'node:child_process';
import type { Readable, Writable } from 'node:stream';
import { holdMountPoint, releaseMountPoint } from './mount-points.ts';

export type SandboxStart = {
  argv: string[];
  /** What the process reads from its descriptors 3, 4 … */
  files: string[];
  /** A directory that has to be there meanwhile, for something to be mounted on. */
  mountPoint?: string;
};

export type StartedSandbox = {
  child: ChildProcessByStdio<Writable, Readable, Readable>;
  /** When it can begin with its command. */
  ready: Promise<void>;
  isReady(): boolean;
  /** Why it did not become ready, in its own words. */
  complaint(): string;
  /** Tells it its command; only once. */
  begin(command: string): void;
  /** Ends it with all that it started. What has not begun by now never begins. */
  end(): void;
  /** When it has ended: nobody needs its mount point any more. */
  letGo(): void;
};

const READY = 'ready\n';
const MAX_COMPLAINT_LENGTH = 2_000;

/**
 * The beginning of a sandbox's first process, for a shell. It says that it is there and waits for its command: by then it is
 * bound to our life, so there is no moment at which our death would leave a command behind.
 */
export const AWAIT_COMMAND = `echo ready >&2; read -r lines || exit 125
IFS= read -r command
while [ "$lines" -gt 1 ]; do IFS= read -r line; command="$command
$line"; lines=$((lines-1)); done`;

/** @throws Error when the mount point cannot be made */
export function startSandbox({ argv, files, mountPoint }: SandboxStart): StartedSandbox {
  if (mountPoint !== undefined) holdMountPoint(mountPoint);
  const [program, ...args] = argv as [string, ...string[]];
  // An empty environment: bubblewrap's own process could be seen from inside.
  const stdio: ['pipe', 'pipe', 'pipe', ...'pipe'[]] = ['pipe', 'pipe', 'pipe', ...files.map(() => 'pipe' as const)];
  const spawned: ChildProcess = spawn(program, args, { env: {}, stdio, detached: true });
  const child = spawned as StartedSandbox['child'];
  const { promise: ready, resolve } = Promise.withResolvers<void>();
  let said = '';
  let isReady = false;
  let held = true;
  for (const [index, content] of files.entries()) give(spawned.stdio[3 + index] as Writable, content);
  child.stdin.on('error', () => {});
  child.stderr.on('data', (chunk: Buffer) => {
    if (isReady) return;
    said = (said + chunk.toString('utf8')).slice(0, MAX_COMPLAINT_LENGTH);
    isReady = said.endsWith(READY);
    if (isReady) resolve();
  });
  return {
    child,
    ready,
    isReady: () => isReady,
    complaint: () => said.trim(),
    begin: (command) => child.stdin.end(`${command.split('\n').length}\n${command}\n`),
    end() {
      child.stdin.destroy();
      try {
        process.kill(-(child.pid as number), 'SIGKILL');
      } catch {
        // It has ended by itself.
      }
    },
    letGo() {
      if (mountPoint !== undefined && held) releaseMountPoint(mountPoint);
      held = false;
    },
  };
}

function give(stream: Writable, content: string): void {
  // A process that ends early reads nothing: its own words say why.
  stream.on('error', () => {});
  stream.end(content);
}
