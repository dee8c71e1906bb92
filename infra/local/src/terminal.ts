export type Terminal = {
  say(text: string): void;
  /** Runs one part of the start; says so, with the time it took, when it is slow. */
  phase<T>(title: string, work: () => Promise<T>): Promise<T>;
};

const SLOW_MS = 500;

/** What the user reads while Builder AI starts and stops. Logs go to files. */
export function newTerminal(write: (line: string) => void = console.log): Terminal {
  return {
    say: write,
    async phase(title, work) {
      const started = performance.now();
      let announced = false;
      const announcement = setTimeout(() => {
        announced = true;
        write(`${title} …`);
      }, SLOW_MS);
      try {
        const result = await work();
        if (announced) write(`${title}: done after ${toSeconds(performance.now() - started)}`);
        return result;
      } finally {
        clearTimeout(announcement);
      }
    },
  };
}

/** Milliseconds as people read them: `1.2 s`. */
export const toSeconds = (ms: number) => `${(ms / 1000).toFixed(1)} s`;
