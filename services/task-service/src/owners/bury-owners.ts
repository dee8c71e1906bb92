// Looks for projects and users that are gone: at once when this process hears of one, and now and then for what was left.
import { type Sweep, startSweep } from '@builder-ai/platform/sweep';
import type { Deps } from '../deps.ts';
import { buryTasksOfOwners } from './deleted-owners.ts';

const EVERY_MS = 5_000;

export function startBuryingOwners(deps: Deps): Sweep {
  return startSweep({
    everyMs: EVERY_MS,
    async sweep(signal) {
      const buried = await buryTasksOfOwners(deps, () => !signal.aborted);
      if (buried > 0) deps.logger.info('Tasks of deleted projects and users were deleted', { buried });
    },
    onError: (error) => deps.logger.warn('Tasks of deleted projects and users stay for now', { error }),
  });
}
