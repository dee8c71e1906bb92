// Ctrl-C reaches every process of the terminal, and npm and start.mjs each pass it on: within this time it is one.
const SAME_REQUEST_MS = 500;

export type StopRequests = {
  /** The first request: end in order. */
  onStop: () => void;
  /** A second one: the user does not want to wait. */
  onForce: () => void;
};

/** Listens for everything that asks this process to end. */
export function listenForStop(source: NodeJS.Process, { onStop, onForce }: StopRequests): void {
  let first: number | undefined;
  const request = () => {
    const now = performance.now();
    if (first === undefined) {
      first = now;
      onStop();
    } else if (now - first > SAME_REQUEST_MS) onForce();
  };
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) source.on(signal, request);
  // start.mjs was killed and can pass nothing on; this is no second request after a signal.
  source.once('disconnect', () => first === undefined && request());
}
