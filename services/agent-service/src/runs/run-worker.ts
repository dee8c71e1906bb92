// Claims ready runs and those whose worker died, and drives several at a time.
import type { Database } from '@builder-ai/platform/database';
import { LEASE_RENEW_MS } from '@builder-ai/platform/lease';
import type { Logger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { withContext } from '@builder-ai/platform/request-context';
import { LeaseLost } from '../ledger/ledger.ts';
import { startLeaseRenewal } from './lease-renewal.ts';
import type { ClaimedRun } from './run.ts';
import { abandonRun, claimRun, releaseRuns } from './run-store.ts';

export type RunWorker = {
  /** Looks for runs now instead of at the next sweep. */
  wake(): void;
  /** Stops taking runs, stops those it drives, and hands them back. */
  close(): Promise<void>;
};

export type RunWorkerOptions = {
  db: Database;
  databaseUrl: string;
  logger: Logger;
  concurrency: number;
  execute: (run: ClaimedRun, signal: AbortSignal) => Promise<void>;
};

export function startRunWorker({ db, databaseUrl, logger, concurrency, execute }: RunWorkerOptions): RunWorker {
  const holder = newId();
  const stop = new AbortController();
  const driven = new Set<Promise<void>>();
  const renewal = startLeaseRenewal({ databaseUrl, holder, logger });
  let claiming: Promise<void> | undefined;
  let again = false;

  async function claimAll(): Promise<void> {
    do {
      again = false;
      while (!stop.signal.aborted && driven.size < concurrency) {
        const run = await claimRun(db, holder);
        if (!run) break;
        const job = drive(run).finally(() => {
          driven.delete(job);
          wake();
        });
        driven.add(job);
      }
    } while (again);
  }

  async function drive(run: ClaimedRun): Promise<void> {
    await withContext({ task_id: run.task_id }, async () => {
      try {
        await execute(run, stop.signal);
      } catch (error) {
        if (stop.signal.aborted) return;
        if (error instanceof LeaseLost) {
          logger.warn('Another worker has taken this run over', { error });
          return;
        }
        // The next claim goes on from the ledger; how often that may happen is limited.
        logger.error('A run was interrupted', { error });
        await abandonRun(db, run.task_id, run.epoch).catch(() => {});
      }
    });
  }

  function wake(): void {
    if (stop.signal.aborted) return;
    if (claiming) {
      again = true;
      return;
    }
    claiming = claimAll()
      .catch((error: unknown) => logger.warn('Runs could not be claimed', { error }))
      .finally(() => {
        claiming = undefined;
      });
  }

  const sweep = setInterval(wake, LEASE_RENEW_MS);
  wake();
  return {
    wake,
    async close() {
      clearInterval(sweep);
      stop.abort(new Error('The service stops'));
      await claiming;
      await Promise.all(driven);
      await renewal.close();
      await releaseRuns(db, holder).catch((error: unknown) => logger.warn('Runs could not be handed back', { error }));
    },
  };
}
