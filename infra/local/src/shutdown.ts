/** What has been opened, and its orderly end. */
export type Shutdown = {
  /** Aborted when the end begins: who is still starting must not go on. */
  signal: AbortSignal;
  /** What was opened last is closed first. */
  onClose(name: string, close: () => void | Promise<void>): void;
  /** Waits for a start in progress to give up, closes everything and ends the process. */
  stop(exitCode: number): void;
  /** Runs a start; its failure is told by `onFailure` and ends the process. */
  run(start: () => Promise<void>, onFailure: (error: unknown) => void): void;
};

export type ShutdownOptions = {
  exit: (code: number) => void;
  onCloseFailure: (name: string, error: unknown) => void;
  limitMs?: number;
};

const LIMIT_MS = 10_000;

/** Closes in reverse order, within a limit, and once. */
export function newShutdown({ exit, onCloseFailure, limitMs = LIMIT_MS }: ShutdownOptions): Shutdown {
  const abort = new AbortController();
  const closers: { name: string; close: () => void | Promise<void> }[] = [];
  let starting: Promise<void> = Promise.resolve();

  async function closeAll(exitCode: number): Promise<void> {
    await starting;
    for (const { name, close } of closers.reverse()) {
      try {
        await close();
      } catch (error) {
        onCloseFailure(name, error);
      }
    }
    exit(exitCode);
  }

  const stop = (exitCode: number) => {
    if (abort.signal.aborted) return;
    abort.abort();
    // What does not end by then is cleared up by the next start.
    setTimeout(() => exit(1), limitMs).unref();
    void closeAll(exitCode);
  };

  return {
    signal: abort.signal,
    onClose: (name, close) => closers.push({ name, close }),
    stop,
    run(start, onFailure) {
      starting = start().catch((error: unknown) => {
        if (abort.signal.aborted) return;
        onFailure(error);
        stop(1);
      });
    },
  };
}
