// How many requests a minute anybody may make at all. Counted by each replica for itself: asking Redis for each request would
// cost more than most requests do.
import { AppError } from '@builder-ai/platform/problem';

const WINDOW_MS = 60_000;
/** Whoever comes from more addresses than this is not held up by being counted. */
const MAX_COUNTED = 100_000;

export type RequestLimit = {
  /** @throws AppError RATE_LIMITED once `who` has had as many as are allowed */
  count(who: string): void;
};

export function newRequestLimit(perMinute: number, now = () => performance.now()): RequestLimit {
  let counts = new Map<string, number>();
  let windowEnd = now() + WINDOW_MS;
  return {
    count(who) {
      const time = now();
      if (time >= windowEnd || counts.size > MAX_COUNTED) {
        counts = new Map();
        windowEnd = time + WINDOW_MS;
      }
      const count = (counts.get(who) ?? 0) + 1;
      counts.set(who, count);
      if (count <= perMinute) return;
      const seconds = Math.ceil((windowEnd - time) / 1000);
      throw new AppError('RATE_LIMITED', {
        headers: {
          'retry-after': String(seconds),
          ratelimit: `"requests"; r=0; t=${seconds}`,
          'ratelimit-policy': `"requests"; q=${perMinute}; w=${WINDOW_MS / 1000}`,
        },
      });
    },
  };
}
