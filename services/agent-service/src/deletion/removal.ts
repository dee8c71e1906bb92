// Looks for what is to be removed: soon after this process hears of it, and every second for what ended or was left since.
import { type Sweep, startSweep } from '@builder-ai/platform/sweep';
import { removeDeletedOwners } from './remove-owners.ts';
import { type RemovalDeps, removeDeletedRuns, removeLeftovers } from './remove-runs.ts';

const EVERY_MS = 1_000;
/** Of these rounds one looks for what is rare. */
const RARE = 30;

export function startRemoval(deps: RemovalDeps): Sweep {
  let round = 0;
  return startSweep({
    everyMs: EVERY_MS,
    async sweep() {
      const isRare = round % RARE === 0;
      round += 1;
      const removed = await removeDeletedRuns(deps);
      if (removed > 0) deps.logger.info('What deleted tasks had made was removed', { removed });
      await removeDeletedOwners(deps.db);
      if (isRare) await removeLeftovers(deps);
    },
    onError: (error) => deps.logger.warn('What deleted tasks have made stays for now', { error }),
  });
}
