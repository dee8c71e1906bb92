// Looks for what is to be removed: soon after this process hears of it, and every second for what ended or was left since.
import { setTimeout as delay } from 'node:timers/promises';
import { removeDeletedOwners } from './remove-owners.ts';
import { type RemovalDeps, removeDeletedRuns, removeLeftovers } from './remove-runs.ts';

export type Removal = { wake(): void; close(): Promise<void> };

const EVERY_MS = 1_000;
/** Of these rounds one looks for what is rare. */
const RARE = 30;

export function startRemoval(deps: RemovalDeps): Removal {
  let stopped = false;
  let pause = new AbortController();

  async function loop(): Promise<void> {
    for (let round = 0; !stopped; round += 1) {
      pause = new AbortController();
      try {
        const removed = await removeDeletedRuns(deps);
        if (removed > 0) deps.logger.info('What deleted tasks had made was removed', { removed });
        await removeDeletedOwners(deps.db);
        if (round % RARE === 0) await removeLeftovers(deps);
      } catch (error) {
        deps.logger.warn('What deleted tasks have made stays for now', { error });
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
