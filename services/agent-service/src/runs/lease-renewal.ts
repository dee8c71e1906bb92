// Keeps this process's runs leased: a thread of its own renews them, so that a busy main loop does not lose them, but only
// while the main loop has ticked lately, so that a hung one does.
import { Worker } from 'node:worker_threads';
import type { Logger } from '@builder-ai/platform/logger';

const TICK_MS = 1_000;

export type LeaseRenewalOptions = { databaseUrl: string; holder: string; logger: Logger };

export type LeaseRenewal = {
  /** Renews the lease of a run that was just claimed, until it is let go. */
  hold(run: HeldRun): void;
  /** Whatever the database says of it: nobody drives this run here any more, and its lease may run out. */
  letGo(run: HeldRun): void;
  close(): Promise<void>;
};

/** A claimed run: what is renewed is a claim, so that an older one is not taken for it. */
export type HeldRun = { task_id: string; epoch: number };

export function startLeaseRenewal({ databaseUrl, holder, logger }: LeaseRenewalOptions): LeaseRenewal {
  const lastTick = new BigInt64Array(new SharedArrayBuffer(8));
  const tick = () => void Atomics.store(lastTick, 0, BigInt(Date.now()));
  tick();
  const timer = setInterval(tick, TICK_MS);
  const worker = new Worker(new URL('./lease-renewal-thread.ts', import.meta.url), {
    workerData: { databaseUrl, holder, lastTick },
  });
  worker.on('message', (message: string) => logger.warn('Leases could not be renewed', { reason: message }));
  worker.on('error', (error) => logger.error('The lease thread ended', { error }));
  return {
    hold: ({ task_id, epoch }) => worker.postMessage({ hold: true, task_id, epoch }),
    letGo: ({ task_id, epoch }) => worker.postMessage({ hold: false, task_id, epoch }),
    async close() {
      clearInterval(timer);
      await worker.terminate();
    },
  };
}
