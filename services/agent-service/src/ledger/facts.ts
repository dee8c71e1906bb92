// What is recorded of a run: what happened, who is told, and what it changes of the run's row; all of it or nothing.
import type { Tx } from '@builder-ai/platform/database';
import type { OutboxEntry } from '@builder-ai/platform/outbox';
import type { Money } from './budget.ts';
import type { LedgerEntry } from './ledger-entry.ts';

/** Whose facts: `epoch` is the claim's fencing token. */
export type Fence = { taskId: string; epoch: number; ownerId: string };

export type Facts = {
  entries: LedgerEntry[];
  events?: OutboxEntry<never>[];
  /** What it does to the budgets of the run and of its project. */
  money?: Money;
  /** One statement that locks what is locked before a run. Such facts, and those with more to do, are recorded alone. */
  before?: (tx: Tx) => Promise<void>;
  /** What else belongs into the same transaction. */
  also?: (tx: Tx) => Promise<void>;
};

export type RunChange = {
  /** How many commits the owner has made of the run since it claimed it; left out: not checked. */
  commitNo?: number;
  /** A call came to an end: take-overs are counted from here. */
  isProgress?: boolean;
  /** The last command that the owner has taken in. */
  seen?: number;
  /** The run stops here, unless a command came after the last one seen. */
  park?: { state: 'idle' | 'ended'; seen: number };
};

/** The run as it was locked: the number of its last command. */
export type RecordedRun = { command_no: number };

/** Another worker has taken the run over: whoever sees this stops at once and writes nothing more. */
export class LeaseLost extends Error {
  constructor(taskId: string, epoch: number) {
    super(`The lease of run ${taskId} with epoch ${epoch} is lost`);
    this.name = 'LeaseLost';
  }
}

/**
 * A commit whose acknowledgement was lost has gone through after all: what follows from its failure is not recorded. The run
 * goes on from its ledger.
 */
export class AlreadyRecorded extends Error {
  constructor(taskId: string, commitNo: number) {
    super(`Commit ${commitNo + 1} of run ${taskId} was made already; its acknowledgement was lost.`);
    this.name = 'AlreadyRecorded';
  }
}

/** A command came since the run's owner last looked: it has to be taken in before the run may stop. */
export class CommandArrived extends Error {
  constructor() {
    super('A command came while the run was about to stop.');
    this.name = 'CommandArrived';
  }
}
