// One claimed run while this process drives it: how far it is, and the only way to write about it.
import type { Logger } from '@builder-ai/platform/logger';
import type { Deps } from '../deps.ts';
import { type Facts, readLedger, record } from '../ledger/ledger.ts';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';
import { findToolCall, foldLedger, type RunProgress } from '../ledger/run-progress.ts';
import type { Cast } from '../models/model-choice.ts';
import { markCommandsSeen, type NumberedCommand, readCommands } from './command.ts';
import { type ClaimedRun, fenceOf } from './run.ts';
import { HandedOver, type RunSignals } from './run-signals.ts';
import { CommandArrived, parkRun, resetRecoveries } from './run-store.ts';

export type RunSession = {
  deps: Deps;
  run: ClaimedRun;
  cast: Cast;
  logger: Logger;
  /** Aborted when a call in flight has to stop. */
  signal: AbortSignal;
  /** Aborted when the run is to be handed over: nobody waits between two calls any more. */
  handOver: AbortSignal;
  progress(): RunProgress;
  /**
   * Keeps facts for the commit that comes next: what came of one call is recorded together with the intent of the one
   * after it, which is before that one is made. Nothing slow may lie between the two.
   */
  hold(facts: Facts): void;
  /** Records what is held and these facts in one commit. @throws LeaseLost when another worker has the run */
  record(facts: Facts): Promise<void>;
  /** Records what is held, if anything is. @throws LeaseLost */
  flush(): Promise<void>;
  /** Records facts and stops driving the run, unless a command came meanwhile: then that is taken in first. */
  park(state: 'idle' | 'ended', facts: Facts): Promise<void>;
  /** Called between two calls. @throws HandedOver when the process is about to stop */
  checkpoint(): void;
};

/** Reads the ledger and takes in the commands that came since the run's last owner looked. */
export async function openSession(
  deps: Deps,
  run: ClaimedRun,
  cast: Cast,
  logger: Logger,
  signals: RunSignals,
): Promise<RunSession> {
  const fence = fenceOf(run);
  let progress = foldLedger(await readLedger(deps.db, run.task_id));
  let seen = run.seen_command_no;
  let marked = seen;
  let recovered = run.recoveries > 0;
  // These count as progress already; a commit that fails leaves them here.
  let held: Facts[] = [];

  function hold(facts: Facts): void {
    held.push(facts);
    progress = foldLedger(facts.entries, progress);
  }

  async function recordAndFold(facts: Facts): Promise<void> {
    const all = [...held, facts];
    const entries = all.flatMap((each) => each.entries);
    // A call that came to an end is progress: take-overs are counted from here.
    const isProgress = recovered && entries.some(({ kind }) => kind === 'tool.finished' || kind === 'model.answered');
    const before = seen;
    await record(deps.db, deps.outbox, fence, {
      entries,
      events: all.flatMap((each) => each.events ?? []),
      async also(tx, locked) {
        for (const each of all) await each.also?.(tx, locked);
        if (isProgress) await resetRecoveries(tx, run.task_id);
        if (before !== marked) await markCommandsSeen(tx, run.task_id, before);
      },
    });
    if (isProgress) recovered = false;
    progress = foldLedger(facts.entries, progress);
    held = [];
    marked = before;
  }

  async function takeCommands(): Promise<void> {
    const commands = await readCommands(deps.db, run.task_id, seen);
    // What they have to say is recorded with the next facts.
    for (const command of commands) hold({ entries: toEntries(command, progress) });
    seen = commands.at(-1)?.no ?? seen;
  }

  await takeCommands();
  return {
    deps,
    run,
    cast,
    logger,
    signal: signals.abort,
    handOver: signals.handOver,
    progress: () => progress,
    hold,
    record: recordAndFold,
    async flush() {
      if (held.length > 0) await recordAndFold({ entries: [] });
    },
    async park(state, facts) {
      for (;;) {
        try {
          return await recordAndFold({
            ...facts,
            async also(tx, locked) {
              await facts.also?.(tx, locked);
              await parkRun(tx, run.task_id, state, seen);
            },
          });
        } catch (error) {
          if (!(error instanceof CommandArrived)) throw error;
          await takeCommands();
        }
      }
    },
    checkpoint() {
      signals.abort.throwIfAborted();
      if (signals.handOver.aborted) throw new HandedOver();
    },
  };
}

/** What the ledger says of a command. A decision about a call that does not wait for one changes nothing. */
function toEntries(command: NumberedCommand, progress: RunProgress): LedgerEntry[] {
  if (command.kind !== 'call.resolved') return [];
  const { call_id, decision, result } = command.data;
  if (!findToolCall(progress, call_id)?.uncertain) return [];
  return [{ kind: 'tool.resolved', step: progress.nextStep, call_id, decision, result }];
}
