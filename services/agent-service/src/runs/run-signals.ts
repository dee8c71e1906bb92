// How a run that this process drives is stopped.

export type RunSignals = {
  /** The run is to be handed over at the next call: the process is about to stop. */
  handOver: AbortSignal;
  /** A call in flight stops at once. */
  abort: AbortSignal;
};

/** The run was left between two calls, for another worker. */
export class HandedOver extends Error {
  constructor() {
    super('The run is handed over to another worker');
    this.name = 'HandedOver';
  }
}
