// Claims ready runs and those whose worker died, and drives several at a time.
import { hostname } from 'node:os';
import type { Database } from '@builder-ai/platform/database';
import { LEASE_RENEW_MS } from '@builder-ai/platform/lease';
import type { Logger } from '@builder-ai/platform/logger';
import { newId } from '@builder-ai/platform/new-id';
import { withContext } from '@builder-ai/platform/request-context';
import { type SpanOptions, withSpan } from '@builder-ai/platform/span';
import { LeaseLost } from '../ledger/facts.ts';
import { startCommandWatch } from './command-watch.ts';
import { startLeaseRenewal } from './lease-renewal.ts';
import type { ClaimedRun } from './run.ts';
import { HandedOver, type RunSignals } from './run-signals.ts';
import { abandonRun, claimRuns, handOverRun } from './run-store.ts';

export type RunWorker = {
  /** Looks for runs now instead of at the next sweep. */
  wake(): void;
  /** Stops taking runs, lets calls in flight end within the grace time, and hands the runs over. */
  close(): Promise<void>;
};

export type RunWorkerOptions = {
  db: Database;
  databaseUrl: string;
  logger: Logger;
  concurrency: number;
  execute: (run: ClaimedRun, signals: RunSignals) => Promise<void>;
  /** Is told of each run that was claimed. */
  onClaimed?: (run: ClaimedRun) => void;
  /** Tells other replicas that a run is ready. */
  tellOthers?: () => void;
  /** How long a call in flight may still take when the process stops; it is interrupted then. */
  stopGraceMs?: number;
};

const STOP_GRACE_MS = 10_000;

export function startRunWorker({
  db,
  databaseUrl,
  logger,
  concurrency,
  execute,
  ...rest
}: RunWorkerOptions): RunWorker {
  const { onClaimed, tellOthers, stopGraceMs = STOP_GRACE_MS } = rest;
  // Says to whoever looks which process it is; the id makes it another one after a restart.
  const holder = `${hostname()}:${process.pid}:${newId()}`;
  const handOver = new AbortController();
  const abort = new AbortController();
  const driven = new Set<Promise<void>>();
  const commands = startCommandWatch(db, logger);
  const renewal = startLeaseRenewal({ databaseUrl, holder, logger });
  let claiming: Promise<void> | undefined;
  let again = false;

  async function claimAll(): Promise<void> {
    do {
      again = false;
      let free = concurrency - driven.size;
      while (!handOver.signal.aborted && free > 0) {
        const runs = await claimRuns(db, holder, free);
        for (const run of runs) {
          onClaimed?.(run);
          const job = drive(run).finally(() => {
            driven.delete(job);
            claim();
          });
          driven.add(job);
        }
        if (runs.length < free) break;
        free = concurrency - driven.size;
      }
    } while (again);
  }

  async function drive(run: ClaimedRun): Promise<void> {
    renewal.hold(run);
    const { cancelled, commandsWait } = commands.watch(run);
    const signals: RunSignals = {
      handOver: handOver.signal,
      abort: AbortSignal.any([abort.signal, cancelled]),
      commandsWait,
    };
    const { task_id, traceparent } = run;
    await withContext({ service: 'agent-service', task_id, ...(traceparent && { traceparent }) }, async () => {
      try {
        await withSpan(toSpan(run), () => execute(run, signals));
      } catch (error) {
        if (error instanceof HandedOver || abort.signal.aborted) {
          await handOverRun(db, run.task_id, run.epoch).then(tellOthers, (fault: unknown) =>
            logger.warn('A run could not be handed over: it is taken over when its lease is over', { error: fault }),
          );
          return;
        }
        if (error instanceof LeaseLost) {
          logger.warn('Another worker has taken this run over', { error });
          return;
        }
        // The next claim goes on from the ledger; how often that may happen is limited.
        logger.error('A run was interrupted', { error });
        await abandonRun(db, run.task_id, run.epoch).catch(() => {});
      } finally {
        commands.letGo(run);
        renewal.letGo(run);
      }
    });
  }

  const toSpan = (run: ClaimedRun): SpanOptions => ({
    name: 'run',
    attributes: { task_id: run.task_id, job_id: run.job_id, epoch: run.epoch, taken_over: run.taken_over },
    isExpected: (error) => error instanceof HandedOver || abort.signal.aborted,
  });

  function wake(): void {
    commands.look();
    claim();
  }

  function claim(): void {
    if (handOver.signal.aborted) return;
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
      handOver.abort();
      await claiming;
      // A call in flight may end: a model's answer is paid for by now. The lease is renewed until then.
      const grace = setTimeout(() => abort.abort(new Error('The service stops')), stopGraceMs);
      await Promise.all(driven);
      clearTimeout(grace);
      commands.close();
      await renewal.close();
    },
  };
}
