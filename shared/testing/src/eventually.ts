// Waits for something to become true, instead of sleeping and hoping.
import { setTimeout as delay } from 'node:timers/promises';

const PAUSE_MS = 20;

/**
 * Tries `check` until it neither throws nor returns undefined or false.
 * @throws the last error, or one that says that the time was up
 */
export async function eventually<T>(
  check: () => Promise<T> | T,
  timeoutMs = 15_000,
): Promise<Exclude<T, undefined | false>> {
  const deadline = performance.now() + timeoutMs;
  let problem: unknown;
  do {
    try {
      const value = await check();
      if (value !== undefined && value !== false) return value as Exclude<T, undefined | false>;
      problem = new Error(`Not within ${timeoutMs} ms`);
    } catch (error) {
      problem = error;
    }
    await delay(PAUSE_MS);
  } while (performance.now() < deadline);
  throw problem;
}
