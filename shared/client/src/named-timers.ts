type Timer = { handle: ReturnType<typeof setTimeout>; dueAt: number };

/** Timers of which each name has one at most: asking again brings the time forward, never back. */
export class NamedTimers {
  #timers = new Map<string, Timer>();
  #closed = false;

  start(name: string, delayMs: number, act: () => void) {
    if (this.#closed) return;
    const dueAt = Date.now() + delayMs;
    const running = this.#timers.get(name);
    if (running && running.dueAt <= dueAt) return;
    clearTimeout(running?.handle);
    const handle = setTimeout(() => {
      this.#timers.delete(name);
      act();
    }, delayMs);
    this.#timers.set(name, { handle, dueAt });
  }

  stop(name: string) {
    clearTimeout(this.#timers.get(name)?.handle);
    this.#timers.delete(name);
  }

  /** Stops all of them for good. */
  close() {
    this.#closed = true;
    for (const name of [...this.#timers.keys()]) this.stop(name);
  }
}
