// The counts of this process alone, for express-rate-limit.
import { type ClientRateLimitInfo, MemoryStore, type Options, type Store } from 'express-rate-limit';

/**
 * The library's own store hands out the count itself, which goes on counting: of requests that come in the same moment each
 * would see the last one's number, and all be refused. So they are counted one after the other, and each number is copied.
 */
export function newLocalStore(): Store {
  const memory = new MemoryStore();
  let last: Promise<unknown> = Promise.resolve();
  return {
    localKeys: true,
    init: (options: Options) => memory.init(options),
    increment(key) {
      const counted = last.then(async (): Promise<ClientRateLimitInfo> => ({ ...(await memory.increment(key)) }));
      last = counted.catch(() => {});
      return counted;
    },
    decrement: (key) => memory.decrement(key),
    resetKey: (key) => memory.resetKey(key),
    shutdown: () => memory.shutdown(),
  };
}
