// Does something again and again: at once, soon after somebody says that there is something to do, and now and then for what
// nobody said.

export type Sweep = {
  /** There may be something to do: the next sweep begins at once, or when the one under way is over. */
  wake(): void;
  /** No sweep begins any more; resolves when the one under way is over. */
  close(): Promise<void>;
};

export type SweepOptions = {
  /** How long after the end of a sweep the next one begins by itself. */
  everyMs: number;
  /** @param signal aborted when the process is about to stop: what is left is for another one */
  sweep(signal: AbortSignal): Promise<void>;
  /** Not called for what fails while it is being closed. */
  onError(error: unknown): void;
};

/** Sweeps one at a time. */
export function startSweep({ everyMs, sweep, onError }: SweepOptions): Sweep {
  const stop = new AbortController();
  const { signal } = stop;
  let isWoken = false;
  let endPause = () => {};

  async function pause(): Promise<void> {
    if (isWoken || signal.aborted) return;
    const { promise, resolve } = Promise.withResolvers<void>();
    endPause = resolve;
    const timer = setTimeout(resolve, everyMs);
    await promise;
    clearTimeout(timer);
  }

  async function loop(): Promise<void> {
    while (!signal.aborted) {
      isWoken = false;
      try {
        await sweep(signal);
      } catch (error) {
        if (!signal.aborted) onError(error);
      }
      await pause();
    }
  }

  const running = loop();
  return {
    wake() {
      isWoken = true;
      endPause();
    },
    async close() {
      stop.abort();
      endPause();
      await running;
    },
  };
}
