// Calls into processes of a bench: the load is made in others than the one that is measured.
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';

type Call = { id: number; name: string; data: unknown };
type Reply = { id: number; result?: unknown; error?: string };

export type Child = {
  pid: number;
  call<T>(name: string, data?: unknown): Promise<T>;
  close(): Promise<void>;
};

export function startChild(file: URL, env: Record<string, string> = {}): Child {
  const child: ChildProcess = fork(file, {
    env: { ...process.env, ...env },
    execArgv: ['--disable-warning=ExperimentalWarning', '--expose-gc'],
    stdio: ['ignore', 'inherit', 'inherit', 'ipc'],
  });
  const open = new Map<number, { resolve: (value: never) => void; reject: (error: Error) => void }>();
  let next = 0;
  child.on('message', ({ id, result, error }: Reply) => {
    const waiting = open.get(id);
    open.delete(id);
    if (error === undefined) waiting?.resolve(result as never);
    else waiting?.reject(new Error(error));
  });
  child.on('exit', (code, signal) => {
    for (const { reject } of open.values()) reject(new Error(`A process of the bench ended: ${code ?? signal}`));
    open.clear();
  });
  return {
    pid: child.pid as number,
    call(name, data = {}) {
      const id = next;
      next += 1;
      return new Promise((resolve, reject) => {
        open.set(id, { resolve, reject });
        child.send({ id, name, data } satisfies Call);
      });
    },
    async close() {
      if (child.exitCode !== null || child.signalCode !== null) return;
      const ended = once(child, 'exit');
      child.kill('SIGKILL');
      await ended;
    },
  };
}

/** In the child: answers calls by name. */
export function answerCalls(handlers: Record<string, (data: never) => unknown>): void {
  process.on('message', async ({ id, name, data }: Call) => {
    try {
      const result = await handlers[name]?.(data as never);
      process.send?.({ id, result } satisfies Reply);
    } catch (error) {
      process.send?.({ id, error: String(error) } satisfies Reply);
    }
  });
  process.on('disconnect', () => process.exit(0));
}

/** What the process holds, after what it needs no more is gone; in bytes. */
export async function heldMemory(): Promise<number> {
  const { gc } = globalThis as unknown as { gc: (options: object) => void };
  for (let round = 0; round < 3; round += 1) {
    // The last resort gives empty pages back; without it what connecting needed for a moment would count for good.
    gc({ type: 'major', execution: 'sync', flavor: 'last-resort' });
    await new Promise((resolve) => setTimeout(resolve, 200));
  }
  return process.memoryUsage().rss;
}

/** Milliseconds that mean the same in every process of the machine. */
export const nowMs = (): number => performance.timeOrigin + performance.now();
