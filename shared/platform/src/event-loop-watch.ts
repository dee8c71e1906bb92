// Whether the event loop turns: a process whose loop hardly does answers now and then, and is of no use.

export type EventLoopWatch = {
  /** How long the loop stood still of the last `windowMs`, in ms. */
  stoodStillMs(): number;
};

export type EventLoopLimits = { windowMs: number; limitMs: number };

/** Half of half a minute. A pause as long as that which is over is forgotten before a third probe asks. */
export const EVENT_LOOP_LIMITS: EventLoopLimits = { windowMs: 30_000, limitMs: 15_000 };

const TICK_MS = 100;
/** Shorter ones are work, or a busy machine. */
const STANDSTILL_MS = 200;

/** Watches from now on; keeps no process alive. */
export function watchEventLoop(windowMs: number, now = () => performance.now()): EventLoopWatch {
  let last = now();
  let standstills: { from: number; to: number }[] = [];
  const look = () => {
    const at = now();
    if (at - last > TICK_MS + STANDSTILL_MS) standstills.push({ from: last + TICK_MS, to: at });
    last = at;
    standstills = standstills.filter(({ to }) => to > at - windowMs);
  };
  setInterval(look, TICK_MS).unref();
  return {
    stoodStillMs() {
      // Whoever asks may come before the timer, right after a standstill.
      look();
      const begin = last - windowMs;
      return standstills.reduce((sum, { from, to }) => sum + to - Math.max(from, begin), 0);
    },
  };
}
