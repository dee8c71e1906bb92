// Notices an agent that goes round in circles: the same call with the same result again and again.
import type { ToolRecord } from '../ledger/ledger-entry.ts';
import type { ToolUseBlock } from '../models/model.ts';

const MOST = 3;

export type RepeatedCalls = {
  /** @returns true when this call had this result for the third time, and nothing was changed in between */
  isLoop(call: ToolUseBlock, result: ToolRecord, changes: boolean): boolean;
};

export function newRepeatedCalls(): RepeatedCalls {
  let seen = new Map<string, number>();
  return {
    isLoop({ name, input }, { ok, output }, changes) {
      const key = JSON.stringify([name, input, ok, output]);
      const times = (seen.get(key) ?? 0) + 1;
      // What was the case before a change may be worth another look; the change itself, made again, is not.
      if (changes && ok) seen = new Map();
      seen.set(key, times);
      return times >= MOST;
    },
  };
}
