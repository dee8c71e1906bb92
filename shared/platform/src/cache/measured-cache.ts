// Counts what a cache had and what it had not.
import type { Metrics } from '../metrics.ts';
import type { Cache } from './cache.ts';

export function measureCache(cache: Cache, metrics: Metrics): Cache {
  const reads = metrics.counter('cache_reads_total', 'Reads from the cache, by result: hit or miss.', ['result']);
  // Both are there from the start, so that a rate of the one without the other can be told from no reads at all.
  for (const result of ['hit', 'miss']) reads.inc({ result }, 0);
  return {
    ...cache,
    async get<T>(key: string) {
      const value = await cache.get<T>(key);
      reads.inc({ result: value === undefined ? 'miss' : 'hit' });
      return value;
    },
  };
}
