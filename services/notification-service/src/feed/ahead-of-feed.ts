// How far timelines are that task-service tells of before the feed has them: who was shown an entry, and asks for the list
// then, is to find it there.
import { setTimeout as delay } from 'node:timers/promises';

export type AheadOfFeed = {
  /** An entry with this seq was told of. */
  note(taskId: string, seq: number): void;
  /**
   * Resolves when the feed has all that was told of, or has not caught up in time: the bus may be away.
   * @param lastSeq where the feed was found
   */
  untilFed(taskId: string, lastSeq: number): Promise<void>;
};

export type AheadOfFeedOptions = {
  readLastSeq: (taskId: string) => Promise<number>;
  clock?: () => number;
};

/** As a rule the feed is a few milliseconds behind. */
const LOOK_MS = 5;
const MOST_MS = 1_000;
/** What was told longer ago is in the feed, or is not waited for. */
const REMEMBERED_MS = 5_000;

export function newAheadOfFeed({ readLastSeq, clock = () => performance.now() }: AheadOfFeedOptions): AheadOfFeed {
  // In the order in which they were told of last.
  const told = new Map<string, { seq: number; at: number }>();

  function forgetOld(now: number): void {
    for (const [taskId, { at }] of told) {
      if (now - at <= REMEMBERED_MS) return;
      told.delete(taskId);
    }
  }

  return {
    note(taskId, seq) {
      const now = clock();
      forgetOld(now);
      const known = told.get(taskId)?.seq ?? 0;
      told.delete(taskId);
      told.set(taskId, { seq: Math.max(known, seq), at: now });
    },
    async untilFed(taskId, lastSeq) {
      forgetOld(clock());
      const seq = told.get(taskId)?.seq ?? 0;
      const end = clock() + MOST_MS;
      let fed = lastSeq;
      while (fed < seq && clock() < end) {
        await delay(LOOK_MS);
        fed = await readLastSeq(taskId);
      }
    },
  };
}
