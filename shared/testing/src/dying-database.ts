// A database whose process is killed at one exact place: before or after one of its commits.
import type { Database } from '@builder-ai/platform/database';

/** How many transactions are let through, and whether the next one ends before its commit or just after it. */
export type KillPoint = { commits: number; when: 'before' | 'after' };

export class Killed extends Error {}

/** @returns whether it was killed. @throws whatever else it ended by */
export async function wasKilled(life: Promise<unknown>): Promise<boolean> {
  try {
    await life;
    return false;
  } catch (error) {
    if (error instanceof Killed) return true;
    throw error;
  }
}

export function dyingDatabase(db: Database, { commits, when }: KillPoint): Database {
  let left = commits;
  let dead = false;
  return {
    ...db,
    async transaction(work) {
      if (dead) throw new Killed();
      left -= 1;
      if (left >= 0) return db.transaction(work);
      dead = true;
      await db.transaction(async (tx) => {
        await work(tx);
        if (when === 'before') throw new Killed();
      });
      throw new Killed();
    },
  };
}
