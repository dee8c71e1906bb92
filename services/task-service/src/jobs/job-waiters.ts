// Requests that wait for a job's end. The job may end in another replica, so the database is asked; an end seen by this
// process, or told by another one, only makes it ask sooner. One poll serves all that wait.
import type { Queryable } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { WakeChannel } from '@builder-ai/platform/redis/wake-channel';

export type JobWaiters = {
  /** @returns true when the job has ended, false when the time was up first */
  waitForEnd(jobId: string, timeoutMs: number): Promise<boolean>;
  /** A job has ended here: asks now, and lets other replicas ask. */
  wake(): void;
  close(): void;
};

const POLL_MS = 250;

/** @param others tells other replicas of ends, and this one of theirs */
export function newJobWaiters(
  db: Queryable,
  logger: Logger,
  others?: Pick<WakeChannel, 'publish' | 'subscribe'>,
): JobWaiters {
  const waiting = new Map<string, Set<(ended: boolean) => void>>();
  let timer: NodeJS.Timeout | undefined;
  let asking = false;
  let askAgain = false;
  let closed = false;

  async function ask(): Promise<void> {
    if (asking) {
      askAgain = true;
      return;
    }
    asking = true;
    clearTimeout(timer);
    try {
      const ids = [...waiting.keys()];
      const ended = await db.query<{ id: string }>(
        `select id from jobs where id = any($1::uuid[]) and status not in ('queued', 'started')`,
        [ids],
      );
      for (const { id } of ended) settle(id, true);
    } catch (error) {
      logger.warn('Waiting requests could not ask for their jobs', { error });
    }
    asking = false;
    if (waiting.size === 0) return;
    timer = setTimeout(ask, askAgain ? 0 : POLL_MS);
    askAgain = false;
  }

  function settle(jobId: string, ended: boolean): void {
    for (const resolve of waiting.get(jobId) ?? []) resolve(ended);
    waiting.delete(jobId);
  }

  const askSoon = () => {
    if (waiting.size > 0) void ask();
  };
  others?.subscribe(askSoon);

  return {
    waitForEnd(jobId, timeoutMs) {
      // A request that came in just before the stop must not hold it up.
      if (closed) return Promise.resolve(false);
      return new Promise((resolve) => {
        const waiters = waiting.get(jobId) ?? new Set();
        const finish = (ended: boolean) => {
          clearTimeout(limit);
          waiters.delete(finish);
          if (waiters.size === 0) waiting.delete(jobId);
          resolve(ended);
        };
        const limit = setTimeout(() => finish(false), timeoutMs);
        waiters.add(finish);
        waiting.set(jobId, waiters);
        void ask();
      });
    },
    wake() {
      askSoon();
      others?.publish();
    },
    close() {
      closed = true;
      clearTimeout(timer);
      for (const jobId of [...waiting.keys()]) settle(jobId, false);
    },
  };
}
