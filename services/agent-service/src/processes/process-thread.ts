// The thread that starts processes, seen from inside: does what it is told and reports what came of it.
import { parentPort } from 'node:worker_threads';
import { runToEnd } from '../sandbox/run-to-end.ts';
import type { Order, Report } from './in-process-thread.ts';
import { runProgram } from './run-program.ts';

const works = { runProgram, runToEnd };

export type Works = typeof works;

type Work = (input: unknown, signal: AbortSignal, onOutput: (text: string) => void) => Promise<unknown>;

const running = new Map<number, AbortController>();

parentPort?.on('message', (order: Order) => {
  if (order.name === 'abort') running.get(order.no)?.abort(new Error('aborted'));
  else void work(order);
});

async function work({ no, name, input }: Exclude<Order, { name: 'abort' }>): Promise<void> {
  const stop = new AbortController();
  running.set(no, stop);
  const report = await (works[name] as Work)(input, stop.signal, (output) =>
    parentPort?.postMessage({ no, output } satisfies Report),
  ).then(
    (result): Report => ({ no, result }),
    (error: Error): Report => ({ no, error: error.message }),
  );
  running.delete(no);
  parentPort?.postMessage(report);
}
