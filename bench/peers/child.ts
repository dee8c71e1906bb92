// A peer's process: it says when it is ready, can be killed, and ends with us.
import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';

export type Child = { pid: number; kill(): Promise<void> };

/** @param program the path of a program that sends a message when it is ready */
export async function startChild(program: string, args: string[]): Promise<Child> {
  // What a peer does with its driver is nothing to warn us of.
  const quiet = ['--disable-warning=ExperimentalWarning', '--disable-warning=DeprecationWarning'];
  const child: ChildProcess = spawn(process.execPath, [...quiet, program, ...args], {
    stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
  });
  const ended = once(child, 'exit');
  const early = ended.then(([code]) => Promise.reject(new Error(`${program} ended with ${code} before it was ready.`)));
  early.catch(() => {});
  await Promise.race([once(child, 'message'), early]);
  return {
    pid: child.pid as number,
    async kill() {
      child.kill('SIGKILL');
      await ended;
    },
  };
}
