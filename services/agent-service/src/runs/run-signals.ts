// How a run that this process drives is stopped.

export type RunSignals = {
  /** The run is to be handed over at the next call: the process is about to stop. */
  handOver: AbortSignal;
  /** A call in flight stops at once: the process stops, or the user cancelled the run. */
  abort: AbortSignal;
  /** Whether there may be a command after number `seen`. */
  commandsWait(seen: number): boolean;
};

/** The run was left between two calls, for another worker. */
export class HandedOver extends Error {
  constructor() {
    super('The run is handed over to another worker');
    this.name = 'HandedOver';
  }
}

/** The user wants the run to stop. */
export class RunStopped extends Error {
  readonly how: 'cancel' | 'pause';

  constructor(how: 'cancel' | 'pause') {
    super(`The run is stopped by its user: ${how}`);
    this.name = 'RunStopped';
    this.how = how;
  }
}
