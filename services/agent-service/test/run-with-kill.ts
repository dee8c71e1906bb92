// Drives a run whose worker is killed at one exact place: before or after one of its commits.
import type { Database } from '@builder-ai/platform/database';
import { silentLogger } from '@builder-ai/platform/logger';
import type { Deps } from '../src/deps.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { claim, expireLease, givenReadyRun, undisturbed } from './given-service.ts';

/** How many transactions are let through, and whether the next one ends before its commit or just after it. */
export type KillPoint = { commits: number; when: 'before' | 'after' };

export class Killed extends Error {}

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

/**
 * Requests the run and drives it to its end; a second worker goes on where the first was killed.
 * @returns false when the run had ended before it came to the place
 */
export async function runWithKill(deps: Deps, task: string, point: KillPoint): Promise<boolean> {
  await givenReadyRun(deps, task, { cap_micro_usd: 1_000_000 });
  const first = await claim(deps);
  const db = dyingDatabase(deps.db, point);
  const killed = await executeRun({ ...deps, db }, first, silentLogger, undisturbed()).then(
    () => false,
    (error: unknown) => {
      if (error instanceof Killed) return true;
      throw error;
    },
  );
  const [run] = await deps.db.query<{ state: string }>('select state from runs where task_id = $1', [task]);
  if (run?.state === 'running') {
    await expireLease(deps, task);
    await executeRun(deps, await claim(deps, 'worker-2'), silentLogger, undisturbed());
  }
  return killed;
}
