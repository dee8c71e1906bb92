// Why a run stops and waits for somebody.
import type { ErrorCode } from '@builder-ai/contracts/error-codes';
import type { RunWaiting } from '@builder-ai/contracts/events/run-waiting';
import type { LedgerEntry } from '../ledger/ledger-entry.ts';

export type Waiting = Pick<RunWaiting, 'waiting_for' | 'call'> & {
  reason: string;
  /** With what a request that waits for the run is answered, when it is an error. */
  code?: ErrorCode;
  /** By how much more of its project's budget it would take, in micro-dollars: the run goes on by itself when that has it again. */
  needsOfProject?: number;
  /** What the ledger says of it. */
  entries?: LedgerEntry[];
};

/** Thrown where a run cannot go on by itself; the run parks and everything made so far is kept. */
export class RunWaits extends Error {
  readonly waiting: Waiting;

  constructor(waiting: Waiting) {
    super(waiting.reason);
    this.name = 'RunWaits';
    this.waiting = waiting;
  }
}
