// Processes are started by a thread of its own. Starting one copies the page tables of ours, which holds up the thread that
// does it for milliseconds: no request, event or heartbeat waits for that here. Children that are bound to our life are
// bound to that thread's, which is the same.
import { Worker } from 'node:worker_threads';
import type { Works } from './process-thread.ts';

export type Order = { no: number; name: keyof Works; input: unknown } | { no: number; name: 'abort' };

/** `error` is the words of what was thrown; `output` came meanwhile. */
export type Report = { no: number; output?: string; result?: unknown; error?: string };

type Call = {
  resolve: (result: never) => void;
  reject: (error: unknown) => void;
  onOutput: (text: string) => void;
};

const calls = new Map<number, Call>();
let worker: Worker | undefined;
let lastNo = 0;

/**
 * Does one of the thread's works; they run side by side.
 * @param signal aborts it; whatever it started has ended when this rejects
 * @throws the signal's reason; Error with the words of what was thrown there
 */
export async function inProcessThread<Name extends keyof Works>(
  name: Name,
  input: Parameters<Works[Name]>[0],
  signal?: AbortSignal,
  onOutput: (text: string) => void = () => {},
): Promise<Awaited<ReturnType<Works[Name]>>> {
  signal?.throwIfAborted();
  worker ??= startThread();
  const thread = worker;
  lastNo += 1;
  const no = lastNo;
  const { promise, resolve, reject } = Promise.withResolvers<Awaited<ReturnType<Works[Name]>>>();
  calls.set(no, { resolve, reject, onOutput });
  // The process lives as long as somebody waits.
  thread.ref();
  thread.postMessage({ no, name, input } satisfies Order);
  const abort = () => thread.postMessage({ no, name: 'abort' } satisfies Order);
  signal?.addEventListener('abort', abort, { once: true });
  try {
    return await promise;
  } catch (error) {
    signal?.throwIfAborted();
    throw error;
  } finally {
    signal?.removeEventListener('abort', abort);
    calls.delete(no);
    if (calls.size === 0) thread.unref();
  }
}

function startThread(): Worker {
  const thread = new Worker(new URL('./process-thread.ts', import.meta.url));
  thread.unref();
  thread.on('message', ({ no, output, result, error }: Report) => {
    const call = calls.get(no);
    if (output !== undefined) call?.onOutput(output);
    else if (error === undefined) call?.resolve(result as never);
    else call?.reject(new Error(error));
  });
  // Its children have died with it; the next call gets a new thread.
  thread.on('error', (fault) => {
    if (worker === thread) worker = undefined;
    for (const call of calls.values()) call.reject(fault);
  });
  return thread;
}
