// The cache of one process: least recently used entries go first.
import type { Cache } from './cache.ts';

type Entry = { text: string; until: number };

/** Values are kept as JSON text, so that nobody changes a cached object by accident. */
export function newMemoryCache(options: { maxEntries?: number; now?: () => number } = {}): Cache {
  const maxEntries = options.maxEntries ?? 5_000;
  const now = options.now ?? (() => Date.now());
  const entries = new Map<string, Entry>();
  return {
    async get<T>(key: string) {
      const entry = entries.get(key);
      if (!entry) return undefined;
      entries.delete(key);
      if (entry.until <= now()) return undefined;
      entries.set(key, entry);
      return JSON.parse(entry.text) as T;
    },
    async set(key, value, ttlSeconds) {
      entries.delete(key);
      entries.set(key, { text: JSON.stringify(value), until: now() + ttlSeconds * 1000 });
      if (entries.size > maxEntries) entries.delete(entries.keys().next().value as string);
    },
    async delete(key) {
      entries.delete(key);
    },
    async close() {
      entries.clear();
    },
  };
}
