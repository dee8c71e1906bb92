// Tells the runs that this process drives that their user wants something. Other replicas take the requests in, so the
// database is asked; a wake only makes that sooner.
import type { Database } from '@builder-ai/platform/database';
import type { Logger } from '@builder-ai/platform/logger';
import type { ClaimedRun } from './run.ts';
import { RunStopped } from './run-signals.ts';

export type WatchedRun = {
  /** Aborted when the run is cancelled. */
  cancelled: AbortSignal;
  /** Whether there is a command after number `seen`. */
  commandsWait(seen: number): boolean;
};

export type CommandWatch = {
  watch(run: ClaimedRun): WatchedRun;
  letGo(run: ClaimedRun): void;
  /** Asks now. */
  look(): void;
  close(): void;
};

const POLL_MS = 250;

const UNSEEN = `select runs.task_id, max(commands.no) as newest, bool_or(kind = 'run.cancel_requested') as cancel
  from runs join commands on commands.task_id = runs.task_id and commands.no > runs.seen_command_no
  where runs.task_id = any($1) group by runs.task_id`;

export function startCommandWatch(db: Database, logger: Logger): CommandWatch {
  const watched = new Map<string, { run: ClaimedRun; cancel: AbortController; newest: number }>();
  let asking = false;
  let again = false;

  async function ask(): Promise<void> {
    if (asking) {
      again = true;
      return;
    }
    asking = true;
    do {
      again = false;
      try {
        const rows = await db.query<{ task_id: string; newest: number; cancel: boolean }>(UNSEEN, [
          [...watched.keys()],
        ]);
        for (const [taskId, each] of watched) {
          const row = rows.find(({ task_id }) => task_id === taskId);
          each.newest = row?.newest ?? each.newest;
          if (row?.cancel) each.cancel.abort(new RunStopped('cancel'));
        }
      } catch (error) {
        logger.warn('It could not be seen whether users want something of their runs', { error });
      }
    } while (again);
    asking = false;
  }

  const look = () => {
    if (watched.size > 0) void ask();
  };
  const timer = setInterval(look, POLL_MS);
  return {
    look,
    watch(run) {
      const each = { run, cancel: new AbortController(), newest: 0 };
      watched.set(run.task_id, each);
      return { cancelled: each.cancel.signal, commandsWait: (seen) => each.newest > seen };
    },
    letGo(run) {
      if (watched.get(run.task_id)?.run === run) watched.delete(run.task_id);
    },
    close: () => clearInterval(timer),
  };
}
