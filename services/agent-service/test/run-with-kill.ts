// Drives a run whose worker is killed at one exact place: before or after one of its commits.
import { silentLogger } from '@builder-ai/platform/logger';
import { dyingDatabase, type KillPoint, wasKilled } from '@builder-ai/testing/dying-database';
import type { Deps } from '../src/deps.ts';
import { executeRun } from '../src/runs/execute-run.ts';
import { claim, expireLease, givenReadyRun, undisturbed } from './given-service.ts';

/**
 * Requests the run and drives it to its end; a second worker goes on where the first was killed.
 * @returns false when the run had ended before it came to the place
 */
export async function runWithKill(deps: Deps, task: string, point: KillPoint): Promise<boolean> {
  await givenReadyRun(deps, task, { cap_micro_usd: 1_000_000 });
  const first = await claim(deps);
  const db = dyingDatabase(deps.db, point);
  const killed = await wasKilled(executeRun({ ...deps, db }, first, silentLogger, undisturbed()));
  const [run] = await deps.db.query<{ state: string }>('select state from runs where task_id = $1', [task]);
  if (run?.state === 'running') {
    await expireLease(deps, task);
    await executeRun(deps, await claim(deps, 'worker-2'), silentLogger, undisturbed());
  }
  return killed;
}
