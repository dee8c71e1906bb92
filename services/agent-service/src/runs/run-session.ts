// One claimed run while this process drives it: how far it is, and the only way to write about it.
import type { Logger } from '@builder-ai/platform/logger';
import type { RunDeps } from '../deps.ts';
import { addMoney, NO_MONEY } from '../ledger/budget.ts';
import { CommandArrived, type Facts, type RunChange } from '../ledger/facts.ts';
import { record } from '../ledger/ledger.ts';
import { readLedger } from '../ledger/read-ledger.ts';
import { foldLedger, type RunProgress } from '../ledger/run-progress.ts';
import type { Cast } from '../models/model-choice.ts';
import { type Command, type NumberedCommand, readCommands } from './command.ts';
import { toFacts } from './command-facts.ts';
import { type ClaimedRun, fenceOf } from './run.ts';
import { HandedOver, type RunSignals, RunStopped } from './run-signals.ts';

export type RunSession = {
  deps: RunDeps;
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
  /**
   * Facts that are still to be made, the state of the workspace among them. They are made and recorded with whatever is
   * recorded next, except by `recordAhead`.
   */
  later(make: () => Promise<Facts>): void;
  /** Makes the facts that are still to be made, and holds them. */
  settle(): Promise<void>;
  /** Records what is held and these facts in one commit. @throws LeaseLost when another worker has the run */
  record(facts: Facts): Promise<void>;
  /** Records what is held and these facts, without those that are still to be made. @throws LeaseLost */
  recordAhead(facts: Facts): Promise<void>;
  /** Records what is held or still to be made, if anything is. @throws LeaseLost */
  flush(): Promise<void>;
  /** The same while something else is made, which is not waited for first. Both are over when it returns or throws. */
  flushBeside<T>(making: Promise<T>): Promise<T>;
  /**
   * Records facts and stops driving the run.
   * @returns false when a command came meanwhile: it is taken in now, and nothing else was recorded
   */
  park(state: 'idle' | 'ended', facts: Facts): Promise<boolean>;
  /** Whether the user has said that the run stop: the next checkpoint throws. */
  isToStop(): boolean;
  /**
   * Called between two calls: takes in what the user wants.
   * @throws RunStopped when that is that the run stop, HandedOver when the process is about to
   */
  checkpoint(): Promise<void>;
};

/** Reads the ledger and takes in the commands that came since the run's last owner looked. */
export async function openSession(
  deps: RunDeps,
  run: ClaimedRun,
  cast: Cast,
  logger: Logger,
  signals: RunSignals,
): Promise<RunSession> {
  const fence = fenceOf(run);
  let newest = run.command_no;
  let stop: RunStopped | undefined;
  let progress = foldLedger(run.ledger_no > 0 ? await readLedger(deps.db, run.task_id) : []);
  let seen = run.seen_command_no;
  let marked = seen;
  let recovered = run.recoveries > 0;
  // These count as progress already; a commit that fails leaves them here.
  let held: Facts[] = [];
  let commitNo = 0;
  let toMake: (() => Promise<Facts>) | undefined;

  function hold(facts: Facts): void {
    held.push(facts);
    progress = foldLedger(facts.entries, progress);
  }

  async function settle(): Promise<void> {
    if (!toMake) return;
    hold(await toMake());
    toMake = undefined;
  }

  async function recordAndFold(facts: Facts, park?: RunChange['park']): Promise<void> {
    const all = [...held, facts];
    const entries = all.flatMap((each) => each.entries);
    // A call that came to an end is progress: take-overs are counted from here.
    const isProgress = recovered && entries.some(({ kind }) => kind === 'tool.finished' || kind === 'model.answered');
    const before = seen;
    const more = all.flatMap(({ also }) => also ?? []);
    const locked = await record(deps.db, deps.outbox, fence, {
      entries,
      events: all.flatMap((each) => each.events ?? []),
      money: all.reduce((sum, each) => addMoney(sum, each.money), NO_MONEY),
      ...(facts.before && { before: facts.before }),
      ...(more.length > 0 && { also: async (tx) => void (await Promise.all(more.map((also) => also(tx)))) }),
      commitNo,
      isProgress,
      ...(before !== marked && { seen: before }),
      ...(park && { park }),
    });
    commitNo++;
    if (isProgress) recovered = false;
    progress = foldLedger(facts.entries, progress);
    held = [];
    marked = before;
    newest = locked.command_no;
  }

  async function flush(): Promise<void> {
    await settle();
    if (held.length > 0) await recordAndFold({ entries: [] });
  }

  const readNew = () => readCommands(deps.db, run.task_id, seen);

  function takeIn(commands: readonly NumberedCommand[]): void {
    // What they have to say is recorded with the next facts.
    for (const command of commands) {
      hold(toFacts(command, progress));
      stop = stopOf(command) ?? (stop?.how === 'pause' && goesOn(command) ? undefined : stop);
    }
    seen = commands.at(-1)?.no ?? seen;
  }

  takeIn(run.commands);
  return {
    deps,
    run,
    cast,
    logger,
    signal: signals.abort,
    handOver: signals.handOver,
    progress: () => progress,
    hold,
    later(make) {
      toMake = make;
    },
    settle,
    recordAhead: (facts) => recordAndFold(facts),
    async record(facts) {
      await settle();
      await recordAndFold(facts);
    },
    flush,
    async flushBeside(making) {
      // Whoever goes on from a failure records what is held: not while this does.
      const [flushed, made] = await Promise.allSettled([flush(), making]);
      if (flushed.status === 'rejected') throw flushed.reason;
      if (made.status === 'rejected') throw made.reason;
      return made.value;
    },
    async park(state, facts) {
      await settle();
      try {
        await recordAndFold(facts, { state, seen });
        return true;
      } catch (error) {
        if (!(error instanceof CommandArrived)) throw error;
        takeIn(await readNew());
        return false;
      }
    },
    isToStop: () => stop !== undefined,
    async checkpoint() {
      if (newest > seen || signals.commandsWait(seen)) takeIn(await readNew());
      if (stop) throw stop;
      signals.abort.throwIfAborted();
      if (signals.handOver.aborted) throw new HandedOver();
    },
  };
}

function stopOf({ kind }: Command): RunStopped | undefined {
  if (kind === 'run.cancel_requested') return new RunStopped('cancel');
  return kind === 'run.pause_requested' ? new RunStopped('pause') : undefined;
}

/** Whoever asks for more after a pause has ended the pause. */
function goesOn({ kind }: Command): boolean {
  return kind !== 'message.posted' && kind !== 'budget.changed';
}
