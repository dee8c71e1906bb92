// Requests that miss the same thing in the cache at the same time load it once, together.

/** Its key names what is loaded and of which version: who joins must want just that. A failure is that of all who wait. */
export type LoadOnce = <T>(key: string, load: () => Promise<T>) => Promise<T>;

export function newLoadOnce(): LoadOnce {
  const loading = new Map<string, Promise<unknown>>();
  return <T>(key: string, load: () => Promise<T>) => {
    const underWay = loading.get(key) as Promise<T> | undefined;
    if (underWay) return underWay;
    const started = load().finally(() => loading.delete(key));
    loading.set(key, started);
    return started;
  };
}
