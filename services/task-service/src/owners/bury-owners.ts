// Looks for projects and users that are gone: at once when this process hears of one, and now and then for what was left.
import { setTimeout as delay } from 'node:timers/promises';
import type { Deps } from '../deps.ts';
import { buryTasksOfOwners } from './deleted-owners.ts';

export type OwnersBurial = { wake(): void; close(): Promise<void> };

const EVERY_MS = 5_000;

export function startBuryingOwners(deps: Deps): OwnersBurial {
  let stopped = false;
  let pause = new AbortController();

  async function loop(): Promise<void> {
    while (!stopped) {
      pause = new AbortController();
      try {
        const buried = await buryTasksOfOwners(deps, () => !stopped);
        if (buried > 0) deps.logger.info('Tasks of deleted projects and users were deleted', { buried });
      } catch (error) {
        deps.logger.warn('Tasks of deleted projects and users stay for now', { error });
      }
      if (!stopped) await delay(EVERY_MS, undefined, { signal: pause.signal }).catch(() => {});
    }
  }

  const running = loop();
  return {
    wake: () => pause.abort(),
    async close() {
      stopped = true;
      pause.abort();
      await running;
    },
  };
}
