// The cache port. A cache may forget anything at any time and may never decide what is true.

export type Cache = {
  /** The value stored under a key, or undefined; a failure of the cache is a miss. */
  get<T>(key: string): Promise<T | undefined>;
  set(key: string, value: unknown, ttlSeconds: number): Promise<void>;
  delete(key: string): Promise<void>;
  close(): Promise<void>;
};
